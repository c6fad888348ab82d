-- Puts a wallet read from the database into the cache, unless the cache holds a newer one.
-- KEYS[1] wallet:{b}:user   ARGV[1] balance   ARGV[2] version   ARGV[3] '1' when frozen, else ''   ARGV[4] seconds to keep
-- ARGV[5] the viewer's own caps, "gift:day:month", empty where there is none
-- ARGV[6] today, as 20261121   ARGV[7] spent today   ARGV[8] spent this month, both as committed
-- Returns {balance, reserved, version} as they now stand.
-- Atomic: of two readers with different versions the newer one stays, whatever their order. What was spent is counted on
-- in the cache, where gifts on their way count too; only where the cache has lost it does the database's sum take its place.
local known = redis.call('HMGET', KEYS[1], 'ver', 'bal', 'res', 'sp')
local reserved = known[3] or '0'
if known[1] and tonumber(known[1]) > tonumber(ARGV[2]) then return {known[2], reserved, known[1]} end
local spent = known[4] or string.format('%s:%.0f:%.0f', ARGV[6], tonumber(ARGV[7]) + tonumber(reserved),
  tonumber(ARGV[8]) + tonumber(reserved))
redis.call('HSET', KEYS[1], 'bal', ARGV[1], 'ver', ARGV[2], 'res', reserved, 'caps', ARGV[5], 'sp', spent)
if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'frozen', '1') else redis.call('HDEL', KEYS[1], 'frozen') end
-- Never shorter than it stands: orders on their way may need the wallet for longer.
redis.call('EXPIRE', KEYS[1], ARGV[4], known[1] and 'GT' or 'NX')
return {ARGV[1], reserved, ARGV[2]}
