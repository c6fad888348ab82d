-- Puts a cached wallet back to what the database says, whatever version the cache knows: for a database that was restored.
-- KEYS[1] wallet:{b}:user   KEYS[2] gifts:{b}
-- ARGV[1] user   ARGV[2] balance, '' when there is no such wallet   ARGV[3] version   ARGV[4] '1' when frozen, else ''
-- ARGV[5] the viewer's own caps, "gift:day:month"   ARGV[6] today, as 20261121   ARGV[7] spent today   ARGV[8] spent this month
-- ARGV[9] seconds to keep it
-- Returns {orders whose reservation was given back, their coins, orders that are still on their way}
-- Atomic. Orders whose entry is in the queue keep what they reserved, counted as spent; one without any is forgotten whole
-- and read anew by whoever needs it.
local call, match, format = redis.call, string.match, string.format
local fields = call('HGETALL', KEYS[1])
local kept, reserved, released, released_coins, rates = {}, 0, 0, 0, nil
for i = 1, #fields, 2 do
  local order = match(fields[i], '^p:(.+)$')
  if order then
    local coins, entry = match(fields[i + 1], '^(%d+);?(.*)$')
    local queued = entry ~= '' and call('XRANGE', KEYS[2], entry, entry)[1]
    local gift = queued and cjson.decode(queued[2][2])
    if gift and gift.giftOrderId == order and gift.senderId == ARGV[1] then
      reserved = reserved + tonumber(coins)
      kept[#kept + 1], kept[#kept + 2] = fields[i], fields[i + 1]
    else
      released, released_coins = released + 1, released_coins + tonumber(coins)
    end
  elseif fields[i] == 'r' then
    rates = fields[i + 1]
  end
end
call('DEL', KEYS[1])
if ARGV[2] ~= '' and #kept > 0 then
  call('HSET', KEYS[1], 'bal', ARGV[2], 'ver', ARGV[3], 'res', format('%.0f', reserved), 'caps', ARGV[5],
    'sp', format('%s:%.0f:%.0f', ARGV[6], tonumber(ARGV[7]) + reserved, tonumber(ARGV[8]) + reserved), unpack(kept))
  if ARGV[4] == '1' then call('HSET', KEYS[1], 'frozen', '1') end
  if rates then call('HSET', KEYS[1], 'r', rates) end
  call('EXPIRE', KEYS[1], ARGV[9])
end
return {released, format('%.0f', released_coins), #kept / 2}
