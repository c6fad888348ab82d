-- Changes whom one holder counts among the viewers of a channel.
-- KEYS[1] leases of the holders   KEYS[2] places in which this holder counts somebody   KEYS[3] whom it counts in this one
-- KEYS[4] the place's viewers: viewer -> holders that count them   KEYS[5] totals of the app: channel -> viewers
-- KEYS[6] visits of the app: who came and who left
-- ARGV[1] holder, which asks   ARGV[2] place   ARGV[3] channel   ARGV[4] visits that are kept at most while nobody takes them
-- ARGV[5] how many of the following came; the others left   ARGV[6...] viewers
-- Returns how many viewers the place has on all nodes, or 'GONE' when the holder has no lease.
-- Atomic: a viewer is counted from the first holder on until the last, and saying something again changes nothing.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'GONE' end

local cameMax = tonumber(ARGV[5])
local came, left = {}, {}
for at = 6, #ARGV do
  local viewer = ARGV[at]
  if at < 6 + cameMax then
    if redis.call('SADD', KEYS[3], viewer) == 1 and redis.call('HINCRBY', KEYS[4], viewer, 1) == 1 then
      came[#came + 1] = viewer
    end
  elseif redis.call('SREM', KEYS[3], viewer) == 1 and redis.call('HINCRBY', KEYS[4], viewer, -1) <= 0 then
    redis.call('HDEL', KEYS[4], viewer)
    left[#left + 1] = viewer
  end
end
if #came + #left > 0 then
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[4], '*', ARGV[3], cjson.encode({came = came, left = left}))
end

if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('SADD', KEYS[2], ARGV[2])
else
  redis.call('SREM', KEYS[2], ARGV[2])
end
local viewers = redis.call('HLEN', KEYS[4])
if viewers == 0 then redis.call('HDEL', KEYS[5], ARGV[3]) else redis.call('HSET', KEYS[5], ARGV[3], viewers) end
return viewers
