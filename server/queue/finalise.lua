-- Writes the outcome of committed (or failed) gift orders of one bucket back into Redis.
-- KEYS    one wallet key a sender, then for each order its order key and its combo key (the order key again: none)
-- ARGV[1] number of wallets W   ARGV[2] seconds to remember a final order   ARGV[3] combo window in seconds
-- ARGV[4] seconds to keep a wallet
-- then for each wallet: balance, version, '1' when frozen else ''   (balance '' : not known, leave as it is)
-- then for each order: index of its wallet (from 1), its id, its final value up to the combo count, the count that
-- goes into its combo (0: none), and, when it was not paid, the day on which it was counted as spent (else '')
-- Returns {wallets: balance, reserved, version, … ; then for each order its combo count, '' when it has none}
-- Atomic and repeatable: what an order reserved lies beside the sum in its wallet's hash and is released with it, once,
-- whatever else was forgotten meanwhile; with it, what was not paid is taken off what was spent. Only an order that is not final yet counts into its combo; a repeated call
-- answers the combo count that was stored the first time.
local wallets = tonumber(ARGV[1])
local result = {}
local next_arg = 5
for w = 1, wallets do
  local balance, version, frozen = ARGV[next_arg], ARGV[next_arg + 1], ARGV[next_arg + 2]
  next_arg = next_arg + 3
  if balance ~= '' then
    local known = redis.call('HGET', KEYS[w], 'ver')
    if not known then
      redis.call('HSET', KEYS[w], 'bal', balance, 'ver', version, 'res', '0')
      if frozen == '1' then redis.call('HSET', KEYS[w], 'frozen', '1') end
    elseif tonumber(known) < tonumber(version) then
      redis.call('HSET', KEYS[w], 'bal', balance, 'ver', version)
      if frozen == '1' then redis.call('HSET', KEYS[w], 'frozen', '1') else redis.call('HDEL', KEYS[w], 'frozen') end
    end
    redis.call('EXPIRE', KEYS[w], ARGV[4])
  end
end

-- Of a day that is over nothing is taken off, but of its month while that lasts.
local function take_off(spent, unpaid_on, coins)
  local day, today, month = string.match(spent, '^(%d+):(%d+):(%d+)$')
  if string.sub(day, 1, 6) ~= string.sub(unpaid_on, 1, 6) then return spent end
  if day == unpaid_on then today = math.max(0, tonumber(today) - coins) end
  return string.format('%s:%.0f:%.0f', day, today, math.max(0, tonumber(month) - coins))
end

local combos = {}
local orders = (#ARGV - next_arg + 1) / 5
for i = 1, orders do
  local a = next_arg + (i - 1) * 5
  local wallet_key, own = KEYS[tonumber(ARGV[a])], 'p:' .. ARGV[a + 1]
  local value, count, unpaid_on = ARGV[a + 2], ARGV[a + 3], ARGV[a + 4]
  local order_key = KEYS[wallets + 2 * i - 1]
  local combo_key = KEYS[wallets + 2 * i]
  local known = redis.call('GET', order_key)
  local status, combo
  if known then status, combo = string.match(known, '^[^;]*;([^;]*);.*;([^;]*)$') end
  if status ~= 'settled' and status ~= 'failed' then
    combo = ''
    if count ~= '0' then
      combo = string.format('%.0f', redis.call('INCRBY', combo_key, count))
      redis.call('EXPIRE', combo_key, ARGV[3])
    end
    redis.call('SET', order_key, value .. combo, 'EX', ARGV[2])
  end
  local held = redis.call('HMGET', wallet_key, own, 'res', 'sp')
  if held[1] then
    local coins = tonumber(held[1])
    redis.call('HDEL', wallet_key, own)
    local rest = string.format('%.0f', tonumber(held[2]) - coins)
    if unpaid_on ~= '' and held[3] then
      redis.call('HSET', wallet_key, 'res', rest, 'sp', take_off(held[3], unpaid_on, coins))
    else
      redis.call('HSET', wallet_key, 'res', rest)
    end
  end
  combos[i] = combo or ''
end

for w = 1, wallets do
  local now = redis.call('HMGET', KEYS[w], 'bal', 'res', 'ver')
  result[#result + 1] = now[1] or ''
  result[#result + 1] = now[2] or '0'
  result[#result + 1] = now[3] or ''
end
for i = 1, orders do result[#result + 1] = combos[i] end
return result
