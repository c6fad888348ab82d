-- Acknowledges entries and cuts the stream below the oldest entry that is not acknowledged.
-- KEYS[1] gifts:{b}   ARGV[1] group   ARGV[2..] entry ids
-- Returns how many entries were acknowledged.
-- Atomic: nothing that is undelivered or unacknowledged is ever below the cut.
local acked, newest = 0, nil
for i = 2, #ARGV do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 then
    acked, newest = acked + 1, ARGV[i]
  end
end
-- Ids that this stream never delivered say nothing about it: it may have been lost and begun anew since they were read.
if acked == 0 then return 0 end
local pending = redis.call('XPENDING', KEYS[1], ARGV[1])
if pending[1] > 0 then
  redis.call('XTRIM', KEYS[1], 'MINID', pending[2])
else
  -- Nothing is pending: all up to an entry just acknowledged may go; entries after it may be undelivered.
  redis.call('XTRIM', KEYS[1], 'MINID', newest)
end
return acked
