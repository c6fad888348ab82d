-- Accepts one gift: seen before? → too fast? → can it be paid? → within the caps? → reserve, remember, queue.
-- KEYS[1] order:{b}:sender:id   state of this gift order
-- KEYS[2] wallet:{b}:sender     hash: bal, ver, res (all that is reserved), p:<order> (reserved by one), frozen, r<n> (rate
--                               windows), sp "day:coins of that day:coins of its month", caps "gift:day:month" (the viewer's own)
-- KEYS[3] gifts:{b}             the queue
-- ARGV[1] fingerprint "room|gift|count"   ARGV[2] price in coins   ARGV[3] total in coins   ARGV[4] trace id
-- ARGV[5] queue entry, JSON   ARGV[6] seconds to remember a pending order   ARGV[7] gift order id
-- ARGV[8] day on which it is sent, as 20261121   ARGV[9..11] the platform's caps: gift, day, month; '' is none
-- ARGV[12] '1' when the sender has confirmed to go beyond half of a cap
-- ARGV[13..] limit, seconds, limit, seconds, …
-- Returns {'NEW', price, total, trace} | {'SEEN', status, reason, price, total, trace} | {'CONFLICT'}
--       | {'COLD'} (wallet not cached: load it and call again) | {'FROZEN'} | {'POOR', balance, reserved}
--       | {'FAST', retry after ms} | {'CAPPED', cap, spent, max} | {'HALF', cap, spent, max}
-- Atomic: an order is queued exactly when it is remembered, its coins are reserved and counted as spent: all or none.
-- Value of an order: fingerprint;status;reason;price;total;trace;entry id while pending;combo count once final.
local seen = redis.call('GET', KEYS[1])
if seen then
  local fingerprint, status, reason, price, total, trace, entry =
    string.match(seen, '^([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);([^;]*)')
  if fingerprint ~= ARGV[1] then return {'CONFLICT'} end
  -- An order is final before its entry leaves the queue. One that is pending without an entry has lost its queue, and
  -- is queued anew; should it have been posted already, the database knows.
  if status ~= 'pending' or redis.call('XRANGE', KEYS[3], entry, entry)[1] then
    return {'SEEN', status, reason, price, total, trace}
  end
end

local windows = (#ARGV - 12) / 2
local own = 'p:' .. ARGV[7]
local fields = {'bal', 'res', own, 'frozen', 'sp', 'caps'}
for i = 1, windows do fields[#fields + 1] = 'r' .. i end
local wallet = redis.call('HMGET', KEYS[2], unpack(fields))
if not wallet[1] or not wallet[5] then return {'COLD'} end
if wallet[4] then return {'FROZEN'} end

-- What an earlier sending of this very order reserved is reserved, and counted as spent, once.
local before = tonumber(wallet[3]) or 0
local reserved = (tonumber(wallet[2]) or 0) - before
local write = {}
if windows > 0 then
  local time = redis.call('TIME')
  local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
  for i = 1, windows do
    local limit = tonumber(ARGV[11 + 2 * i])
    local window_ms = tonumber(ARGV[12 + 2 * i]) * 1000
    local start = now_ms - now_ms % window_ms
    local count = 0
    if wallet[6 + i] then
      local known, used = string.match(wallet[6 + i], '^(%d+):(%d+)$')
      if tonumber(known) == start then count = tonumber(used) end
    end
    if count >= limit then return {'FAST', start + window_ms - now_ms} end
    write[#write + 1] = 'r' .. i
    write[#write + 1] = string.format('%.0f:%d', start, count + 1)
  end
end

local total = tonumber(ARGV[3])
if tonumber(wallet[1]) - reserved < total then return {'POOR', wallet[1], string.format('%.0f', reserved)} end

local day, today, month = string.match(wallet[5], '^(%d+):(%d+):(%d+)$')
-- A day that has begun is not taken back by a web process whose clock is behind.
if day < ARGV[8] then
  if string.sub(day, 1, 6) ~= string.sub(ARGV[8], 1, 6) then month = '0' end
  day, today = ARGV[8], '0'
end
today, month = math.max(0, tonumber(today) - before), math.max(0, tonumber(month) - before)
local gift_max, day_max, month_max = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
if wallet[6] and wallet[6] ~= '::' then
  local g, d, m = string.match(wallet[6], '^(%d*):(%d*):(%d*)$')
  g, d, m = tonumber(g), tonumber(d), tonumber(m)
  if g and not (gift_max and gift_max < g) then gift_max = g end
  if d and not (day_max and day_max < d) then day_max = d end
  if m and not (month_max and month_max < m) then month_max = m end
end
local function answer(kind, cap, spent, max)
  return {kind, cap, string.format('%.0f', spent), string.format('%.0f', max)}
end
if gift_max and total > gift_max then return answer('CAPPED', 'gift', 0, gift_max) end
if day_max and today + total > day_max then return answer('CAPPED', 'day', today, day_max) end
if month_max and month + total > month_max then return answer('CAPPED', 'month', month, month_max) end
if ARGV[12] ~= '1' then
  if gift_max and total * 2 > gift_max then return answer('HALF', 'gift', 0, gift_max) end
  if day_max and today * 2 <= day_max and (today + total) * 2 > day_max then
    return answer('HALF', 'day', today, day_max)
  end
  if month_max and month * 2 <= month_max and (month + total) * 2 > month_max then
    return answer('HALF', 'month', month, month_max)
  end
end

write[#write + 1] = 'res'
write[#write + 1] = string.format('%.0f', reserved + total)
write[#write + 1] = own
write[#write + 1] = ARGV[3]
write[#write + 1] = 'sp'
write[#write + 1] = string.format('%s:%.0f:%.0f', day, today + total, month + total)
redis.call('HSET', KEYS[2], unpack(write))
local entry = redis.call('XADD', KEYS[3], '*', 'g', ARGV[5])
redis.call('SET', KEYS[1], table.concat({ARGV[1], 'pending', '', ARGV[2], ARGV[3], ARGV[4], entry, ''}, ';'),
  'EX', ARGV[6])
return {'NEW', ARGV[2], ARGV[3], ARGV[4]}
