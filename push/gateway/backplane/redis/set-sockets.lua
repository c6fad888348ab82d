-- Sets how many sockets one holder has in a place (a channel, or a user who is signed in).
-- KEYS[1] leases of the holders   KEYS[2] what this holder has: place -> sockets   KEYS[3] the place: holder -> sockets
-- KEYS[4] totals of the app: channel -> sockets   KEYS[5] what the previous holder has
-- KEYS[6] the channel's members   KEYS[7] the count it was told last; both are forgotten when nobody is left
-- ARGV[1] who asks, with a lease   ARGV[2] holder   ARGV[3] place   ARGV[4] sockets, 0 to leave
-- ARGV[5] channel, '' for a user   ARGV[6] stream that is told when a user comes or goes
-- ARGV[7] previous holder that this one takes over from, or ''
-- Returns {sockets of all holders before, and after}, or 'GONE' when the asking one has no lease.
-- Atomic: exactly one caller sees a place become occupied, and exactly one sees it become empty.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'GONE' end

local function total()
  local sum = 0
  for _, sockets in ipairs(redis.call('HVALS', KEYS[3])) do sum = sum + tonumber(sockets) end
  return sum
end

local before = total()
if ARGV[7] ~= '' then
  redis.call('HDEL', KEYS[3], ARGV[7])
  redis.call('HDEL', KEYS[5], ARGV[3])
end
if ARGV[4] == '0' then
  redis.call('HDEL', KEYS[3], ARGV[2])
  redis.call('HDEL', KEYS[2], ARGV[3])
else
  redis.call('HSET', KEYS[3], ARGV[2], ARGV[4])
  redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
end
local after = total()
if after == 0 then redis.call('DEL', KEYS[6], KEYS[7]) end

if ARGV[5] ~= '' then
  if after == 0 then redis.call('HDEL', KEYS[4], ARGV[5]) else redis.call('HSET', KEYS[4], ARGV[5], after) end
elseif (before == 0) ~= (after == 0) then
  local now = redis.call('TIME')
  local version = string.format('%d%06d', now[1], now[2])
  redis.call('SPUBLISH', ARGV[6], 'u ' .. version .. ' ' .. (after == 0 and '0' or '1') .. '\n')
end
return {before, after}
