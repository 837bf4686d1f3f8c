//! The services of the standard by name, for records and refusals.

/// The services of the standard, as they are named in records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceName {
    /// 4.1: a card is opened.
    OpenCard,
    /// 4.2.1: information is changed.
    Amend,
    /// 4.2.3: the password is reset.
    ResetPassword,
    /// A.4.1: a loss is reported.
    ReportLoss,
    /// A.4.2: a lost card is restored.
    Restore,
    /// A.4.3: a card is cancelled.
    Cancel,
    /// A.4.4: a One-Card is replaced.
    Replace,
    /// 6.1.1.2: the reader chooses a password.
    ChangePassword,
    /// A.4.1: a loss that was reported by mistake is taken back.
    UndoLoss,
    /// A.4.1: a loss told by phone is confirmed in person.
    ConfirmLoss,
    /// Table A1: a One-Card becomes a document card, or the other way.
    ChangeKind,
    /// 4.2.3: an account that was locked after failed tries is opened again.
    Unlock,
    /// Table A1, note: the guardian of a reader who turned 16 has no more role.
    EndGuardianship,
    /// A.3.1: a block is put on a reader.
    Block,
    /// A.3.1: a block is lifted.
    Unblock,
    /// Two records of one person are made one.
    Merge,
    /// A merge is undone.
    UndoMerge,
    /// 6.3.3: a reader is sent to the issuing library.
    Refer,
    /// 4.2.1: a reader asks for a change.
    Request,
    /// 4.2.1: a request is answered.
    AnswerRequest,
    /// 6.2.1: who a reader is was checked again, in person.
    Verify,
    /// 4.2.1: staff leave each other a note about a reader, or take it away.
    Note,
    /// 5.1.1: an account of staff is added.
    AddStaff,
    /// 5.1.1: an account of staff is closed.
    CloseStaff,
    /// 5.1.1: a closed account of staff is opened again.
    ReopenStaff,
    /// 5.1.3: an account of staff gets another password.
    ResetStaffPassword,
    /// 5.1.3: an account of staff is no longer asked for one-time codes.
    RemoveStaffCodes,
    /// 5.1.1: an account of staff gets another role.
    SetStaffRole,
    /// 5.1.1: an account of staff goes to another library.
    MoveStaff,
    /// 5.1.3: somebody of the staff changes their own password.
    ChangeStaffPassword,
    /// 5.1.3: somebody of the staff is asked for one-time codes from now on.
    UseStaffCodes,
    /// 5.1.3: a program gets a token.
    IssueToken,
    /// 5.1.3: a token is revoked.
    RevokeToken,
    /// A.3.2 b: a library sets something for itself.
    SetPolicy,
    /// A.2.1 c: a self-service machine gets an account.
    AddMachine,
    /// A.2.1 c: the account of a machine is changed.
    ChangeMachine,
    /// A.2.1 c: the account of a machine is closed.
    CloseMachine,
    /// A.3.2 a: an item is lent.
    Lend,
    /// A.3.2 a: an item is taken back.
    ReturnItem,
    /// 6.1.4.2: a loan is renewed.
    RenewLoan,
    /// 6.3.4: a charge is put on a reader: for a lost or damaged item.
    AddCharge,
    /// 6.3.4: charges are paid.
    Pay,
    /// 6.3.4: a charge is waived.
    Waive,
    /// A.3.2 e: a title is reserved.
    Reserve,
    /// A.3.2 e: a reservation is taken back.
    CancelReservation,
    /// 5.3: a reader chooses whether their loans are remembered.
    ChooseHistory,
    /// 5.3: a reader has their returned loans forgotten.
    DeleteHistory,
    /// Items of another system are loaded.
    LoadItems,
    /// Running loans of another system are loaded.
    LoadLoans,
    /// An item is taken out of lending, or noted as missing.
    WithdrawItem,
    /// Days on which a library is closed.
    SetClosedDays,
    /// 6.1.4: a card goes with a code of a partner platform from now on.
    LinkPartner,
    /// 6.1.4: it does not any more.
    UnlinkPartner,
    /// 6.1.4: a partner platform gets an account.
    AddPartner,
    /// 6.1.4: the account of a partner platform is changed, or gets another key.
    ChangePartner,
    /// 6.1.4: the account of a partner platform is closed.
    ClosePartner,
    /// A.3.2 d: a platform of digital resources gets an account.
    AddPlatform,
    /// A.3.2 d: its account is changed, or gets another secret.
    ChangePlatform,
    /// A.3.2 d: its account is closed.
    ClosePlatform,
    /// A.3.2 d: a reader allows a platform to know them by a name of its own.
    AllowPlatform,
    /// A.3.2 d: a reader takes that back.
    WithdrawPlatform,
    /// A.2.1 b: an application for a card that came on the web is decided.
    ReviewApplication,
    /// 6.1.4.2: a terminal is signed in by a phone.
    SignInByScan,
    /// A.3.2 e: a reader allows a partner service to ask whether their card works.
    AllowService,
    /// A.3.2 e: they take that back.
    WithdrawService,
    /// 6.5: a mobile card point is prepared.
    PreparePoint,
    /// 6.5: a mobile card point ends, or is revoked.
    EndPoint,
    /// 6.5: a card opened at a mobile point ran into another: it is held back until somebody settles it.
    HoldOpening,
    /// 6.5: somebody settled it.
    SettleOpening,
    /// 4.4.2: a visit to a unit is agreed on, changed or called off.
    Appoint,
    /// 6.1.3: a unit is written down.
    AddUnit,
    /// 6.1.3: what is known of a unit is changed.
    ChangeUnit,
    /// 6.1.3.1: a unit gets a link to send a list by.
    LinkUnit,
    /// 6.1.3.2: a unit's list is checked.
    CheckBatch,
    /// 6.1.3.2: a clerk confirms that a list's cards are issued.
    ConfirmBatch,
    /// 6.1.3.2: a clerk decides about rows of a list.
    DecideRows,
    /// 6.1.3: the cards of a list are handed over to the unit.
    HandOverBatch,
    /// 6.1.3: a list is withdrawn before anything was issued.
    WithdrawBatch,
    /// 5.2.1: One-Cards are ordered from a manufacturer.
    OrderCards,
    /// 5.2.1: an order is cancelled, or what is left of it.
    CancelOrder,
    /// 5.2.1: One-Cards come in.
    ReceiveCards,
    /// 5.2.1: One-Cards are sent to another library.
    SendCards,
    /// 5.2.1: One-Cards that another library sent have arrived.
    TakeInCards,
    /// 5.2.1: One-Cards go from the store to a desk, or back.
    AllotCards,
    /// 5.2.1: One-Cards are spoiled or void.
    WriteOffCards,
    /// 5.2.1: the stock was taken, and differences are booked.
    CountCards,
    /// 5.2.2: a design of One-Cards is added or changed.
    SaveDesign,
    /// 5.2.2: One-Cards are made ready to be printed, and read back.
    MakeRun,
    /// 5.2.2: printed One-Cards are released to the stock.
    ReleaseRun,
    /// 4.4.1: a page, or news, for the public is written, published or withdrawn.
    EditSite,
    /// 4.4.1: a library sets when it is open.
    SetOpeningHours,
    /// 6.5: a campaign is set up or changed.
    RunCampaign,
    /// 4.2.1: many readers are changed at once, or that is undone.
    ChangeMany,
    /// 4.2.1: another library looks after a card from now on.
    MoveCard,
}

impl ServiceName {
    /// All services.
    pub const ALL: [Self; 94] = [
        Self::OpenCard,
        Self::Amend,
        Self::ResetPassword,
        Self::ReportLoss,
        Self::Restore,
        Self::Cancel,
        Self::Replace,
        Self::ChangePassword,
        Self::UndoLoss,
        Self::ConfirmLoss,
        Self::ChangeKind,
        Self::Unlock,
        Self::EndGuardianship,
        Self::Block,
        Self::Unblock,
        Self::Merge,
        Self::UndoMerge,
        Self::Refer,
        Self::Request,
        Self::AnswerRequest,
        Self::Verify,
        Self::Note,
        Self::AddStaff,
        Self::CloseStaff,
        Self::ReopenStaff,
        Self::ResetStaffPassword,
        Self::RemoveStaffCodes,
        Self::SetStaffRole,
        Self::MoveStaff,
        Self::ChangeStaffPassword,
        Self::UseStaffCodes,
        Self::IssueToken,
        Self::RevokeToken,
        Self::SetPolicy,
        Self::AddMachine,
        Self::ChangeMachine,
        Self::CloseMachine,
        Self::Lend,
        Self::ReturnItem,
        Self::RenewLoan,
        Self::AddCharge,
        Self::Pay,
        Self::Waive,
        Self::Reserve,
        Self::CancelReservation,
        Self::ChooseHistory,
        Self::DeleteHistory,
        Self::LoadItems,
        Self::LoadLoans,
        Self::WithdrawItem,
        Self::SetClosedDays,
        Self::LinkPartner,
        Self::UnlinkPartner,
        Self::AddPartner,
        Self::ChangePartner,
        Self::ClosePartner,
        Self::AddPlatform,
        Self::ChangePlatform,
        Self::ClosePlatform,
        Self::AllowPlatform,
        Self::WithdrawPlatform,
        Self::ReviewApplication,
        Self::SignInByScan,
        Self::AllowService,
        Self::WithdrawService,
        Self::PreparePoint,
        Self::EndPoint,
        Self::HoldOpening,
        Self::SettleOpening,
        Self::Appoint,
        Self::AddUnit,
        Self::ChangeUnit,
        Self::LinkUnit,
        Self::CheckBatch,
        Self::ConfirmBatch,
        Self::DecideRows,
        Self::HandOverBatch,
        Self::WithdrawBatch,
        Self::OrderCards,
        Self::CancelOrder,
        Self::ReceiveCards,
        Self::SendCards,
        Self::TakeInCards,
        Self::AllotCards,
        Self::WriteOffCards,
        Self::CountCards,
        Self::SaveDesign,
        Self::MakeRun,
        Self::ReleaseRun,
        Self::EditSite,
        Self::SetOpeningHours,
        Self::RunCampaign,
        Self::ChangeMany,
        Self::MoveCard,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenCard => "open_card",
            Self::Amend => "amend",
            Self::ResetPassword => "reset_password",
            Self::ReportLoss => "report_loss",
            Self::Restore => "restore",
            Self::Cancel => "cancel",
            Self::Replace => "replace",
            Self::ChangePassword => "change_password",
            Self::UndoLoss => "undo_loss",
            Self::ConfirmLoss => "confirm_loss",
            Self::ChangeKind => "change_kind",
            Self::Unlock => "unlock",
            Self::EndGuardianship => "end_guardianship",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Merge => "merge",
            Self::UndoMerge => "undo_merge",
            Self::Refer => "refer",
            Self::Request => "request",
            Self::AnswerRequest => "answer_request",
            Self::Verify => "verify",
            Self::Note => "note",
            Self::AddStaff => "add_staff",
            Self::CloseStaff => "close_staff",
            Self::ReopenStaff => "reopen_staff",
            Self::ResetStaffPassword => "reset_staff_password",
            Self::RemoveStaffCodes => "remove_staff_codes",
            Self::SetStaffRole => "set_staff_role",
            Self::MoveStaff => "move_staff",
            Self::ChangeStaffPassword => "change_staff_password",
            Self::UseStaffCodes => "use_staff_codes",
            Self::IssueToken => "issue_token",
            Self::RevokeToken => "revoke_token",
            Self::SetPolicy => "set_policy",
            Self::AddMachine => "add_machine",
            Self::ChangeMachine => "change_machine",
            Self::CloseMachine => "close_machine",
            Self::Lend => "lend",
            Self::ReturnItem => "return_item",
            Self::RenewLoan => "renew_loan",
            Self::AddCharge => "add_charge",
            Self::Pay => "pay",
            Self::Waive => "waive",
            Self::Reserve => "reserve",
            Self::CancelReservation => "cancel_reservation",
            Self::ChooseHistory => "choose_history",
            Self::DeleteHistory => "delete_history",
            Self::LoadItems => "load_items",
            Self::LoadLoans => "load_loans",
            Self::WithdrawItem => "withdraw_item",
            Self::SetClosedDays => "set_closed_days",
            Self::LinkPartner => "link_partner",
            Self::UnlinkPartner => "unlink_partner",
            Self::AddPartner => "add_partner",
            Self::ChangePartner => "change_partner",
            Self::ClosePartner => "close_partner",
            Self::AddPlatform => "add_platform",
            Self::ChangePlatform => "change_platform",
            Self::ClosePlatform => "close_platform",
            Self::AllowPlatform => "allow_platform",
            Self::WithdrawPlatform => "withdraw_platform",
            Self::ReviewApplication => "review_application",
            Self::SignInByScan => "sign_in_by_scan",
            Self::AllowService => "allow_service",
            Self::WithdrawService => "withdraw_service",
            Self::PreparePoint => "prepare_point",
            Self::EndPoint => "end_point",
            Self::HoldOpening => "hold_opening",
            Self::SettleOpening => "settle_opening",
            Self::Appoint => "appoint",
            Self::AddUnit => "add_unit",
            Self::ChangeUnit => "change_unit",
            Self::LinkUnit => "link_unit",
            Self::CheckBatch => "check_batch",
            Self::ConfirmBatch => "confirm_batch",
            Self::DecideRows => "decide_rows",
            Self::HandOverBatch => "hand_over_batch",
            Self::WithdrawBatch => "withdraw_batch",
            Self::OrderCards => "order_cards",
            Self::CancelOrder => "cancel_order",
            Self::ReceiveCards => "receive_cards",
            Self::SendCards => "send_cards",
            Self::TakeInCards => "take_in_cards",
            Self::AllotCards => "allot_cards",
            Self::WriteOffCards => "write_off_cards",
            Self::CountCards => "count_cards",
            Self::SaveDesign => "save_design",
            Self::MakeRun => "make_run",
            Self::ReleaseRun => "release_run",
            Self::EditSite => "edit_site",
            Self::SetOpeningHours => "set_opening_hours",
            Self::RunCampaign => "run_campaign",
            Self::ChangeMany => "change_many",
            Self::MoveCard => "move_card",
        }
    }
}
