-- Queues a gift again that was set apart, with what it reserves.
-- KEYS[1] order:{b}:sender:id   KEYS[2] wallet:{b}:sender   KEYS[3] gifts:{b}
-- ARGV[1] gift order id   ARGV[2] sender   ARGV[3] queue entry, JSON   ARGV[4] total in coins
-- ARGV[5] day on which it was sent, as 20261121
-- Returns 'QUEUED' | 'ENDED' (Redis knows how it ended) | 'COLD' (wallet not cached: load it and call again)
-- Atomic and repeatable: an order that is in the queue is not queued twice. Coins are reserved and counted as spent once;
-- of a day that is over only its month is, as finalise.lua takes them off. Neither balance nor limits are asked: the order was
-- accepted, and the debit decides.
local call, match, format, sub = redis.call, string.match, string.format, string.sub
if call('EXISTS', KEYS[1]) == 1 then return 'ENDED' end
local own = 'p:' .. ARGV[1]
local wallet = call('HMGET', KEYS[2], 'bal', 'res', own, 'sp')
if wallet[3] then
  local coins, entry = match(wallet[3], '^(%d+);(.+)$')
  local queued = entry and call('XRANGE', KEYS[3], entry, entry)[1]
  local gift = queued and cjson.decode(queued[2][2])
  if gift and gift.giftOrderId == ARGV[1] and gift.senderId == ARGV[2] then return 'QUEUED' end
  coins = coins or match(wallet[3], '^%d+')
  call('HSET', KEYS[2], own, coins .. ';' .. call('XADD', KEYS[3], '*', 'g', ARGV[3]))
  return 'QUEUED'
end
if not wallet[1] or not wallet[4] then return 'COLD' end
local total = tonumber(ARGV[4])
local day, today, month = match(wallet[4], '^(%d+):(%d+):(%d+)$')
if sub(day, 1, 6) == sub(ARGV[5], 1, 6) then
  month = tonumber(month) + total
  if day == ARGV[5] then today = tonumber(today) + total end
end
local entry = call('XADD', KEYS[3], '*', 'g', ARGV[3])
call('HSET', KEYS[2], 'res', format('%.0f', (tonumber(wallet[2]) or 0) + total), own, ARGV[4] .. ';' .. entry,
  'sp', format('%s:%.0f:%.0f', day, today, month))
-- As long as an order is on its way its wallet is kept.
call('EXPIRE', KEYS[2], 7 * 86400, 'GT')
return 'QUEUED'
