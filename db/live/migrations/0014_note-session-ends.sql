-- Whatever ends a session says so here, in its own transaction: sign-out, revoking, a ban, a person who is deleted.
CREATE FUNCTION note_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Who cleans up what ran out long ago ends nothing.
  IF OLD.expires_at > now() - interval '1 hour' THEN
    INSERT INTO session_ends (user_id, session_id) VALUES (OLD.user_id, OLD.id);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER auth_sessions_deleted AFTER DELETE ON auth_sessions
  FOR EACH ROW EXECUTE FUNCTION note_session_end();
--> statement-breakpoint
CREATE TRIGGER auth_sessions_cut_short AFTER UPDATE ON auth_sessions
  FOR EACH ROW WHEN (NEW.expires_at < OLD.expires_at OR NEW.user_id <> OLD.user_id)
  EXECUTE FUNCTION note_session_end();
--> statement-breakpoint
CREATE FUNCTION note_rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO session_ends (user_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER users_rights_changed AFTER UPDATE ON users
  FOR EACH ROW WHEN (
    NEW.role IS DISTINCT FROM OLD.role
    OR NEW.banned IS DISTINCT FROM OLD.banned AND NEW.banned
    OR NEW.banned AND NEW.ban_expires IS DISTINCT FROM OLD.ban_expires
    OR OLD.phone_index IS NOT NULL AND NEW.phone_index IS DISTINCT FROM OLD.phone_index
  )
  EXECUTE FUNCTION note_rights_changed();
