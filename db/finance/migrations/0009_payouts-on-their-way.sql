-- What is being paid by now may have reached the provider; when it was last ordered nobody wrote down before.
UPDATE "withdrawals" SET "ordered_at" = "updated_at" WHERE "status" = 'paying';
