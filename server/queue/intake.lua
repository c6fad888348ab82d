-- Accepts one gift: seen before? → too fast? → can it be paid? → reserve, remember, queue.
-- KEYS[1] order:{b}:sender:id   state of this gift order
-- KEYS[2] wallet:{b}:sender     hash: bal, ver, res (all that is reserved), p:<order> (reserved by one), frozen, r<n> (rate windows)
-- KEYS[3] gifts:{b}             the queue
-- ARGV[1] fingerprint "room|gift|count"   ARGV[2] price in coins   ARGV[3] total in coins   ARGV[4] trace id
-- ARGV[5] queue entry, JSON   ARGV[6] seconds to remember a pending order   ARGV[7] gift order id
-- ARGV[8..] limit, seconds, limit, seconds, …
-- Returns {'NEW', price, total, trace} | {'SEEN', status, reason, price, total, trace} | {'CONFLICT'}
--       | {'COLD'} (balance not cached: load it and call again) | {'FROZEN'} | {'POOR', balance, reserved}
--       | {'FAST', retry after ms}
-- Atomic: an order is queued exactly when it is remembered and its coins are reserved, all three or none.
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

local windows = (#ARGV - 7) / 2
local own = 'p:' .. ARGV[7]
local fields = {'bal', 'res', own, 'frozen'}
for i = 1, windows do fields[#fields + 1] = 'r' .. i end
local wallet = redis.call('HMGET', KEYS[2], unpack(fields))
if not wallet[1] then return {'COLD'} end
if wallet[4] then return {'FROZEN'} end

-- What an earlier sending of this very order reserved is reserved once.
local reserved = (tonumber(wallet[2]) or 0) - (tonumber(wallet[3]) or 0)
local write = {}
if windows > 0 then
  local time = redis.call('TIME')
  local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
  for i = 1, windows do
    local limit = tonumber(ARGV[6 + 2 * i])
    local window_ms = tonumber(ARGV[7 + 2 * i]) * 1000
    local start = now_ms - now_ms % window_ms
    local count = 0
    if wallet[4 + i] then
      local known, used = string.match(wallet[4 + i], '^(%d+):(%d+)$')
      if tonumber(known) == start then count = tonumber(used) end
    end
    if count >= limit then return {'FAST', start + window_ms - now_ms} end
    write[#write + 1] = 'r' .. i
    write[#write + 1] = string.format('%.0f:%d', start, count + 1)
  end
end

local total = tonumber(ARGV[3])
if tonumber(wallet[1]) - reserved < total then return {'POOR', wallet[1], string.format('%.0f', reserved)} end

write[#write + 1] = 'res'
write[#write + 1] = string.format('%.0f', reserved + total)
write[#write + 1] = own
write[#write + 1] = ARGV[3]
redis.call('HSET', KEYS[2], unpack(write))
local entry = redis.call('XADD', KEYS[3], '*', 'g', ARGV[5])
redis.call('SET', KEYS[1], table.concat({ARGV[1], 'pending', '', ARGV[2], ARGV[3], ARGV[4], entry, ''}, ';'),
  'EX', ARGV[6])
return {'NEW', ARGV[2], ARGV[3], ARGV[4]}
