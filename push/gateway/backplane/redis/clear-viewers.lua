-- Takes some of the viewers that a holder without a lease has left out of a place.
-- KEYS[1] leases of the holders   KEYS[2] places in which the gone holder counted somebody   KEYS[3] whom it counted here
-- KEYS[4] the place's viewers: viewer -> holders that count them   KEYS[5] totals of the app: channel -> viewers
-- KEYS[6] visits of the app: who came and who left
-- ARGV[1] who asks, with a lease   ARGV[2] place   ARGV[3] channel   ARGV[4] visits that are kept at most while nobody takes them
-- ARGV[5] at most so many
-- Returns how many there are still to be taken out, or 'GONE' when the asking one has no lease.
-- Atomic: each is taken out once, whoever else clears away the same holder.
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'GONE' end

local gone = {}
for _, viewer in ipairs(redis.call('SPOP', KEYS[3], ARGV[5])) do
  if redis.call('HINCRBY', KEYS[4], viewer, -1) <= 0 then
    redis.call('HDEL', KEYS[4], viewer)
    gone[#gone + 1] = viewer
  end
end
if #gone > 0 then
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[4], '*', ARGV[3], cjson.encode({left = gone}))
end

local left = redis.call('SCARD', KEYS[3])
if left == 0 then redis.call('SREM', KEYS[2], ARGV[2]) end
local viewers = redis.call('HLEN', KEYS[4])
if viewers == 0 then redis.call('HDEL', KEYS[5], ARGV[3]) else redis.call('HSET', KEYS[5], ARGV[3], viewers) end
return left
