-- Changes whom one holder counts among the viewers of a channel.
-- KEYS[1] leases of the holders   KEYS[2] places in which this holder counts somebody   KEYS[3] whom it counts in this one
-- KEYS[4] the place's viewers: viewer -> holders that count them   KEYS[5] totals of the app: channel -> viewers
-- ARGV[1] holder, which asks   ARGV[2] place   ARGV[3] channel   ARGV[4] how many of the following came; the others left
-- ARGV[5...] viewers
-- Returns how many viewers the place has on all nodes, or 'GONE' when the holder has no lease.
-- Atomic: a viewer is counted from the first holder on until the last, and saying something again changes nothing.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'GONE' end

local came = tonumber(ARGV[4])
for at = 5, #ARGV do
  local viewer = ARGV[at]
  if at < 5 + came then
    if redis.call('SADD', KEYS[3], viewer) == 1 then redis.call('HINCRBY', KEYS[4], viewer, 1) end
  elseif redis.call('SREM', KEYS[3], viewer) == 1 then
    if redis.call('HINCRBY', KEYS[4], viewer, -1) <= 0 then redis.call('HDEL', KEYS[4], viewer) end
  end
end

if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('SADD', KEYS[2], ARGV[2])
else
  redis.call('SREM', KEYS[2], ARGV[2])
end
local viewers = redis.call('HLEN', KEYS[4])
if viewers == 0 then redis.call('HDEL', KEYS[5], ARGV[3]) else redis.call('HSET', KEYS[5], ARGV[3], viewers) end
return viewers
