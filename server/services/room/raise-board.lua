-- Raises one board to the sums of a round that counted gifts, and writes down up to which version it is whole.
-- KEYS[1] room-top:{room}:window:period   ARGV[1] version that the sums of the room have with this round
-- ARGV[2] seconds to keep it   ARGV[3..] coins, member, …
-- Returns 1, or 0 when the board is missing or misses earlier rounds: it is left alone then, and read anew when somebody looks.
-- Atomic: whatever Redis forgets, it forgets the sums with the version that they came with.
local mark = redis.call('ZSCORE', KEYS[1], 'whole')
-- A round that was given up may have written its version before: the next one has the same.
if not mark or -tonumber(mark) < tonumber(ARGV[1]) - 1 then return 0 end
for i = 3, #ARGV, 1000 do
  redis.call('ZADD', KEYS[1], 'GT', unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', -tonumber(ARGV[1])), 'whole')
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
