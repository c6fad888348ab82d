-- Puts a balance read from the database into the cache, unless the cache holds a newer one.
-- KEYS[1] wallet:{b}:user   ARGV[1] balance   ARGV[2] version   ARGV[3] '1' when frozen, else ''   ARGV[4] seconds to keep
-- Returns {balance, reserved, version} as they now stand.
-- Atomic: of two readers with different versions the newer one stays, whatever their order.
local known = redis.call('HMGET', KEYS[1], 'ver', 'bal', 'res')
if not known[1] then
  redis.call('HSET', KEYS[1], 'bal', ARGV[1], 'ver', ARGV[2], 'res', '0')
elseif tonumber(known[1]) <= tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'bal', ARGV[1], 'ver', ARGV[2])
else
  return {known[2], known[3] or '0', known[1]}
end
if ARGV[3] == '1' then redis.call('HSET', KEYS[1], 'frozen', '1') else redis.call('HDEL', KEYS[1], 'frozen') end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return {ARGV[1], known[3] or '0', ARGV[2]}
