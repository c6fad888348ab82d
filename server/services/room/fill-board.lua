-- Puts a board that was read from the database in place of the one that Redis has, unless that one is as new.
-- KEYS[1] room-ranks:{room}:window:period   KEYS[2] the same under a name of its own, loaded
-- ARGV[1] version of the sums when they were read   ARGV[2] seconds to keep it
-- Returns 1, or 0 when the board there is at least as new.
-- Atomic: a board is whole up to its version or not there.
local mark = redis.call('ZSCORE', KEYS[1], 'whole')
if mark and -tonumber(mark) >= tonumber(ARGV[1]) then
  redis.call('UNLINK', KEYS[2])
  return 0
end
redis.call('ZADD', KEYS[2], string.format('%.0f', -tonumber(ARGV[1])), 'whole')
redis.call('RENAME', KEYS[2], KEYS[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
