-- Changes which members of a presence channel a holder stands for, and tells every node what changed.
-- KEYS[1] leases   KEYS[2] members: '#' -> version, 'u:' .. user -> member as JSON, 'h:' .. user -> ' holder holder '
-- ARGV[1] who asks, with a lease   ARGV[2] stream of the channel   ARGV[3] most members, 0 for no limit
-- ARGV[4] holder whose members are let go, or ''   ARGV[5] user the asking one lets go, or ''
-- ARGV[6...] user, member as JSON, ...: those the asking one stands for from now on
-- Returns {version, {JSON of each member that came}, {JSON of each that left}}, 'FULL' when the limit is reached and
-- nothing was changed, or 'GONE' when the asking one has no lease.
-- The version lives as long as any node has the channel, also while it has no members; `hold.lua` removes it.
-- Atomic: a user comes with the first holder and leaves with the last, and the nodes are told in the order of versions.
-- Those who come are added before any are let go, so that taking over from a holder lets nobody leave in between.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'GONE' end

local max = tonumber(ARGV[3])
if max > 0 and #ARGV > 6 and redis.call('HEXISTS', KEYS[2], 'h:' .. ARGV[6]) == 0 then
  -- Two fields a member and the version.
  if redis.call('HLEN', KEYS[2]) >= 2 * max + 1 then return 'FULL' end
end

local came, left = {}, {}

local function tell(kind, member)
  local version = redis.call('HINCRBY', KEYS[2], '#', 1)
  redis.call('SPUBLISH', ARGV[2], kind .. ' ' .. version .. '\n' .. member)
end

local function letGo(user, holder)
  local holders = redis.call('HGET', KEYS[2], 'h:' .. user)
  if not holders then return end
  local from, to = string.find(holders, ' ' .. holder .. ' ', 1, true)
  if not from then return end
  holders = string.sub(holders, 1, from) .. string.sub(holders, to + 1)
  if holders ~= ' ' then
    redis.call('HSET', KEYS[2], 'h:' .. user, holders)
    return
  end
  local member = redis.call('HGET', KEYS[2], 'u:' .. user)
  redis.call('HDEL', KEYS[2], 'h:' .. user, 'u:' .. user)
  left[#left + 1] = member
  tell('-', member)
end

for at = 6, #ARGV, 2 do
  local user, member = ARGV[at], ARGV[at + 1]
  local holders = redis.call('HGET', KEYS[2], 'h:' .. user)
  if not holders then
    redis.call('HSET', KEYS[2], 'h:' .. user, ' ' .. ARGV[1] .. ' ', 'u:' .. user, member)
    came[#came + 1] = member
    tell('+', member)
  elseif not string.find(holders, ' ' .. ARGV[1] .. ' ', 1, true) then
    redis.call('HSET', KEYS[2], 'h:' .. user, holders .. ARGV[1] .. ' ')
  end
end

if ARGV[5] ~= '' then letGo(ARGV[5], ARGV[1]) end
if ARGV[4] ~= '' then
  for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
    if string.sub(field, 1, 2) == 'h:' then letGo(string.sub(field, 3), ARGV[4]) end
  end
end

local version = tonumber(redis.call('HGET', KEYS[2], '#') or '0')
return {version, came, left}
