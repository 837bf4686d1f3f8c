//! Roles and rights: one table says who may do what. A right holds within a library and everything under it.

use std::fmt;
use std::str::FromStr;

/// What a person or a program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// Open cards (4.1).
    OpenCards,
    /// Find readers and see their records with masked data (4.2).
    FindReaders,
    /// See a document number, phone or address in full; logged with a reason (5.1.3).
    RevealPersonalData,
    /// Change what is known of a reader, answer their requests (4.2.1).
    AmendReaders,
    /// Reset a password to the default, unlock an account (4.2.3).
    ResetPasswords,
    /// Report a loss (6.3.1).
    ReportLoss,
    /// Restore a lost card (6.3.2).
    RestoreCards,
    /// Cancel a card (6.3.3).
    CancelCards,
    /// Replace a One-Card (6.3.3).
    ReplaceCards,
    /// Put a block on a reader, and lift it.
    BlockReaders,
    /// Make two records of one person one, and undo it.
    MergeReaders,
    /// Write what readers are told by e-mail and SMS.
    EditTemplates,
    /// Lend and take back items, renew loans, reserve (A.3.2).
    Lend,
    /// Take payments of charges, and put charges on a reader (6.3.4).
    TakePayments,
    /// Waive charges.
    WaiveCharges,
    /// Load items and running loans, withdraw items, set closed days.
    ManageItems,
    /// Load cards that another system issued.
    ImportCards,
    /// See and change what a library has set for itself.
    SetPolicies,
    /// Add staff, change their roles, withdraw access.
    ManageStaff,
    /// Issue and revoke tokens of the JSON API, and accounts of partner platforms.
    ManageTokens,
    /// Add, change and close accounts of self-service machines (A.2.1 c).
    ManageMachines,
    /// Read the access log and prove the chains (5.3).
    Audit,
    /// Let readers in at a gate and count their visits (A.3.1); tells who may enter, and nothing else of anybody.
    AdmitVisitors,
    /// Run the pages of a kiosk (6.1.1.1): there it opens cards, within limits; the API does nothing for it.
    RunKiosk,
    /// Prepare mobile card points, revoke them, settle what their openings ran into (6.5).
    ManagePoints,
    /// Look after units, and open cards by their lists (6.1.3).
    IssueGroups,
    /// Order, receive, send, write off and count One-Cards, and print them (5.2.1, 5.2.2).
    ManageStock,
    /// Write the pages that the public reads, news and opening hours (4.4.1).
    EditSite,
    /// Set up campaigns and see what came of them (6.5).
    RunCampaigns,
    /// Change many readers at once, and undo that (4.2.1).
    ChangeInBatch,
}

impl Right {
    /// All rights, in the order in which a page lists them.
    pub const ALL: [Self; 30] = [
        Self::OpenCards,
        Self::FindReaders,
        Self::RevealPersonalData,
        Self::AmendReaders,
        Self::ResetPasswords,
        Self::ReportLoss,
        Self::RestoreCards,
        Self::CancelCards,
        Self::ReplaceCards,
        Self::BlockReaders,
        Self::MergeReaders,
        Self::EditTemplates,
        Self::Lend,
        Self::TakePayments,
        Self::WaiveCharges,
        Self::ManageItems,
        Self::ImportCards,
        Self::SetPolicies,
        Self::ManageStaff,
        Self::ManageTokens,
        Self::ManageMachines,
        Self::Audit,
        Self::AdmitVisitors,
        Self::RunKiosk,
        Self::ManagePoints,
        Self::IssueGroups,
        Self::ManageStock,
        Self::EditSite,
        Self::RunCampaigns,
        Self::ChangeInBatch,
    ];

    /// The stable word for it, in messages and in the scopes of a token.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenCards => "open_cards",
            Self::FindReaders => "find_readers",
            Self::RevealPersonalData => "reveal_personal_data",
            Self::AmendReaders => "amend_readers",
            Self::ResetPasswords => "reset_passwords",
            Self::ReportLoss => "report_loss",
            Self::RestoreCards => "restore_cards",
            Self::CancelCards => "cancel_cards",
            Self::ReplaceCards => "replace_cards",
            Self::BlockReaders => "block_readers",
            Self::MergeReaders => "merge_readers",
            Self::EditTemplates => "edit_templates",
            Self::Lend => "lend",
            Self::TakePayments => "take_payments",
            Self::WaiveCharges => "waive_charges",
            Self::ManageItems => "manage_items",
            Self::ImportCards => "import_cards",
            Self::SetPolicies => "set_policies",
            Self::ManageStaff => "manage_staff",
            Self::ManageTokens => "manage_tokens",
            Self::ManageMachines => "manage_machines",
            Self::Audit => "audit",
            Self::AdmitVisitors => "admit_visitors",
            Self::RunKiosk => "run_kiosk",
            Self::ManagePoints => "manage_points",
            Self::IssueGroups => "issue_groups",
            Self::ManageStock => "manage_stock",
            Self::EditSite => "edit_site",
            Self::RunCampaigns => "run_campaigns",
            Self::ChangeInBatch => "change_in_batch",
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Right {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|right| right.as_str() == word).ok_or(UnknownWord)
    }
}

/// What somebody is employed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Serves readers at a desk.
    Clerk,
    /// Opens cards for schools and companies.
    GroupClerk,
    /// Refunds deposits.
    FinanceClerk,
    /// Runs a library or branch.
    BranchManager,
    /// Runs the federation.
    FederationAdmin,
    /// Reads what was done, changes nothing.
    Auditor,
    /// Opens cards and finds readers, and nothing else: what everybody is at a mobile card point without network (6.5).
    PointClerk,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Clerk,
        Self::GroupClerk,
        Self::FinanceClerk,
        Self::BranchManager,
        Self::FederationAdmin,
        Self::Auditor,
        Self::PointClerk,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::GroupClerk => "group_clerk",
            Self::FinanceClerk => "finance_clerk",
            Self::BranchManager => "branch_manager",
            Self::FederationAdmin => "federation_admin",
            Self::Auditor => "auditor",
            Self::PointClerk => "point_clerk",
        }
    }

    /// What the role may do, within its library and everything under it.
    #[must_use]
    pub fn rights(self) -> &'static [Right] {
        use Right::{
            AmendReaders, Audit, BlockReaders, CancelCards, ChangeInBatch, EditSite, EditTemplates,
            FindReaders, IssueGroups, Lend, ManageItems, ManageMachines, ManagePoints, ManageStaff,
            ManageStock, MergeReaders, OpenCards, ReplaceCards, ReportLoss, ResetPasswords, RestoreCards,
            RevealPersonalData, RunCampaigns, SetPolicies, TakePayments, WaiveCharges,
        };
        match self {
            Self::Clerk => &[
                OpenCards,
                FindReaders,
                RevealPersonalData,
                AmendReaders,
                ResetPasswords,
                ReportLoss,
                RestoreCards,
                CancelCards,
                ReplaceCards,
                Lend,
                TakePayments,
            ],
            Self::GroupClerk => &[
                OpenCards,
                FindReaders,
                RevealPersonalData,
                AmendReaders,
                ResetPasswords,
                ReportLoss,
                RestoreCards,
                CancelCards,
                ReplaceCards,
                Lend,
                TakePayments,
                IssueGroups,
            ],
            Self::FinanceClerk => &[FindReaders, RevealPersonalData, TakePayments, WaiveCharges],
            Self::BranchManager => &[
                OpenCards,
                FindReaders,
                RevealPersonalData,
                AmendReaders,
                ResetPasswords,
                ReportLoss,
                RestoreCards,
                CancelCards,
                ReplaceCards,
                BlockReaders,
                MergeReaders,
                EditTemplates,
                Lend,
                TakePayments,
                WaiveCharges,
                ManageItems,
                SetPolicies,
                ManageStaff,
                ManageMachines,
                IssueGroups,
                Audit,
                ManagePoints,
                ManageStock,
                EditSite,
                RunCampaigns,
                ChangeInBatch,
            ],
            Self::FederationAdmin => &Right::ALL,
            Self::Auditor => &[Audit],
            Self::PointClerk => &[OpenCards, FindReaders],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownWord;
    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or(UnknownWord)
    }
}

/// A word that is none of the known ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is none of the known words")]
pub struct UnknownWord;
