-- Raises one board to the sums of a round that counted gifts, and writes down up to which version it is whole.
-- KEYS[1] room-ranks:{room}:window:period   ARGV[1] version that the sums of the room have with this round
-- ARGV[2] seconds to keep it   ARGV[3..] coins, since when (µs), supporter, …
-- Returns 1, or 0 when the board is missing or misses earlier rounds: it is left alone then, and read anew when somebody
-- looks; and 0 where it has later rounds, because then it has this one too.
-- Atomic: whatever Redis forgets, it forgets the sums with the version that they came with.
local mark = redis.call('ZSCORE', KEYS[1], 'whole')
local version = tonumber(ARGV[1])
-- A round that was given up may have written its version before: the next one has the same.
if not mark or -tonumber(mark) < version - 1 or -tonumber(mark) > version then return 0 end
-- As rankedMember in top-board.ts.
local function rankedMember(reached, supporter)
  return string.format('%016.0f', 9007199254740991 - reached) .. supporter
end
for i = 3, #ARGV, 900 do
  local supporters = {}
  for at = i, math.min(i + 899, #ARGV), 3 do supporters[#supporters + 1] = ARGV[at + 2] end
  local known = redis.call('ZMSCORE', KEYS[1], unpack(supporters))
  local gone, sums, moments = {}, {}, {}
  for n, supporter in ipairs(supporters) do
    local coins, reached = ARGV[i + 3 * n - 3], tonumber(ARGV[i + 3 * n - 2])
    local before = known[n] and -tonumber(known[n]) or reached
    -- Sums grow with the time since when they stand: of two, the later one has more gifts.
    if before <= reached then
      if before < reached then gone[#gone + 1] = rankedMember(before, supporter) end
      sums[#sums + 1], sums[#sums + 2] = coins, rankedMember(reached, supporter)
      moments[#moments + 1], moments[#moments + 2] = string.format('%.0f', -reached), supporter
    end
  end
  if #gone > 0 then redis.call('ZREM', KEYS[1], unpack(gone)) end
  if #sums > 0 then
    redis.call('ZADD', KEYS[1], 'GT', unpack(sums))
    redis.call('ZADD', KEYS[1], unpack(moments))
  end
end
redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', -version), 'whole')
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
