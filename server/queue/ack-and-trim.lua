-- Acknowledges entries and cuts the stream below the oldest entry that is not acknowledged.
-- KEYS[1] gifts:{b}   ARGV[1] group   ARGV[2..] entry ids
-- Returns how many entries were acknowledged.
-- Atomic: nothing that is undelivered or unacknowledged is ever below the cut.
local acked = 0
for i = 2, #ARGV do acked = acked + redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) end
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
if pending[1] > 0 then
  redis.call('XTRIM', KEYS[1], 'MINID', pending[2])
elseif #ARGV > 1 then
  -- Nothing is pending: all up to the last entry just acknowledged may go; entries after it are undelivered.
  redis.call('XTRIM', KEYS[1], 'MINID', ARGV[#ARGV])
end
return acked
