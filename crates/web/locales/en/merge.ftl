# Merging records: what stands against it, and what was undone
blocker-undo_merge_first = The reader was merged again on { $time }
instead-undo_merge_first = Undo that merge first: it stands in the list of merges at { $time }
blocker-plainly_different = Their citizen numbers differ, and so does the birth date or sex in them: they are two people
instead-plainly_different = Don’t merge them; if they are one person all the same, say why
message-card_merged = Records merged, card cancelled
outcome-undone = undone since
merge-plainly = Their documents say that they are two people
merge-plainly-what = The citizen numbers differ, and so does the birth date or sex in them. Merge them only if you have seen proof that one number was corrected, and say which.
merge-reason-hint = At least 2 characters; kept with the merge
merges-reason = Against the documents: { $reason }
