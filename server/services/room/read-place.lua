-- The better of the places that these supporters have on a board.
-- KEYS[1] room-ranks:{room}:window:period   ARGV[1..] supporters
-- Returns {rank from 0, coins}, or false when none of them is on it.
-- Atomic: a place and the sum that it is for belong together.
local best = false
for _, supporter in ipairs(ARGV) do
  local moment = redis.call('ZSCORE', KEYS[1], supporter)
  if moment then
    -- As rankedMember in top-board.ts.
    local member = string.format('%016.0f', 9007199254740991 + tonumber(moment)) .. supporter
    local rank = redis.call('ZREVRANK', KEYS[1], member)
    if rank and (not best or rank < best[1]) then best = { rank, redis.call('ZSCORE', KEYS[1], member) } end
  end
end
return best
