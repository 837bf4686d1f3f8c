//! People: their data and documents, how they are recognised, found and shown.

mod amend;
mod blocks;
mod canonical;
mod changes;
mod children;
mod details;
mod facts;
mod guardianship;
mod holder;
mod identity;
mod look_up;
mod masks;
mod moved;
mod names;
mod notes;
mod papers;
mod phone_answers;
mod photo;
mod recognise;
mod referral;
mod register;
mod requests;
mod reveal;
mod same_name;
mod sealed_number;
mod simplified;
pub(crate) mod tables;
mod tell;
mod verify;
mod view;

pub(crate) use amend::change_proven_contact;
pub use amend::{ANY_VERSION, Amend, Amended, Changes, LANGUAGES, amend};
pub(crate) use amend::{Changed, Evidence, change, check_workplace, set_workplace, workplace};
pub use blocks::{BlockReason, BlockView, NewBlock, block, blocks, is_blocked, unblock};
pub(crate) use blocks::{blocked_now, blocks_in_full, checked as check_block};
pub(crate) use canonical::{CanonicalCheck, canonical_check, canonical_file};
pub(crate) use changes::{Before, changes_in_full, keep_old_values};
pub use changes::{Change, changed_since, changes};
pub use children::key_guardians;
pub(crate) use children::{children_of, has_children, require_self_or_guardian};
pub use details::{
    Details, DocumentForm, Given, GuardianForm, GuardianGiven, LONG_TERM, ReaderForm, Sex, Warning,
};
pub(crate) use details::{
    age_told, birth_date_told, check_documents, check_guardian, check_reader, warnings,
};
pub(crate) use facts::{address, check_email, check_phone, facts, of_age};
pub use guardianship::{ChangeGuardian, change_guardian, end_guardianship};
pub(crate) use guardianship::{has_another_guardian, sign_as_guardian};
pub(crate) use holder::{Holder, current, holder};
pub use identity::{ADULT_FROM, may_ask, may_check};
pub(crate) use identity::{check_at_desk, check_identity, check_newcomer, is_under_age};
pub(crate) use look_up::{by_name, by_phone};
pub use moved::Taken;
pub(crate) use moved::{PersonMoved, claim, differing, move_person, move_person_back};
pub use notes::{LONGEST_NOTE, NewNote, NoteView, Visibility, add_note, notes, remove_note};
pub(crate) use notes::{checked as check_note, not_merged, notes_in_full};
pub(crate) use papers::{
    all_documents, as_document, check_paper, count_change, document_of, documents_in_use, full_number,
    note_expiry_told, owner_of, retire, same_document, set_validity, write_paper,
};
pub(crate) use phone_answers::{answer_fits, askable, bare};
pub use photo::{paper, papers, photo, remove_photo, set_first_photo, set_photo, set_photo_of_document};
pub use recognise::{Recognised, recognise};
pub(crate) use recognise::{
    Shown, by_bare_number, called, is_called, key_hash, key_of_number, known_among, person_key,
    person_keys_of, recognise_all,
};
pub use referral::{Referral, open_referrals, referrals};
pub(crate) use referral::{add_referral, close_referrals};
pub(crate) use register::{Registered, add_guardian, add_guardians, register, register_new};
pub use requests::{
    AskedChange, AskedDocument, EditRequest, OnFile, Request, RequestChange, RequestFilter, Waiting,
    edit_request, on_file, own_requests, request, request_change, request_evidence, requests,
    withdraw_request,
};
pub(crate) use requests::{RequestState, all_requests, answers_here, close, opened, row_of};
pub(crate) use reveal::checked_reason;
pub use reveal::{FullReader, PersonalField, for_opening, for_print, for_print_in_full, reveal};
pub use same_name::same_name;
pub(crate) use sealed_number::SealedNumber;
pub use tell::send_again;
pub(crate) use tell::{ToTell, contacts, tell, tell_newcomers, tell_without_record};
pub use verify::verify;
pub use view::{DocumentView, GuardianView, ReaderView, merged_into, view};
pub(crate) use view::{document_number, survivor, views};
