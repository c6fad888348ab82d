-- Accepts one gift: seen before? → too fast? → can it be paid? → within the caps? → reserve, remember, queue.
-- KEYS[1] order:{b}:sender:id   state of this gift order
-- KEYS[2] wallet:{b}:sender     hash: bal, ver, res (all that is reserved), p:<order> (reserved by one), frozen, r<n> (rate
--                               windows), sp "day:coins of that day:coins of its month", caps "gift:day:month" (the viewer's own)
-- KEYS[3] gifts:{b}             the queue
-- ARGV[1] the order as it is remembered, up to its entry id   ARGV[2] queue entry, JSON   ARGV[3] total in coins
-- ARGV[4] "p:" and the gift order's id   ARGV[5] day on which it is sent, as 20261121
-- ARGV[6] seconds to remember a pending order   ARGV[7] the platform's caps, "gift:day:month", empty where there is none
-- ARGV[8] '1' when the sender has confirmed to go beyond half of a cap
-- ARGV[9..] limit, seconds, limit, seconds, …
-- Returns 'NEW' | {'SEEN', status, reason, price, total, trace} | {'CONFLICT'}
--       | {'COLD'} (wallet not cached: load it and call again) | {'FROZEN'} | {'POOR', balance, reserved}
--       | {'FAST', retry after ms} | {'CAPPED', cap, spent, max} | {'HALF', cap, spent, max}
-- Atomic: an order is queued exactly when it is remembered, its coins are reserved and counted as spent: all or none.
-- Value of an order: fingerprint;status;reason;price;total;trace;entry id while pending;combo count once final.
local call, match, format = redis.call, string.match, string.format
local seen = call('GET', KEYS[1])
if seen then
  local fingerprint, status, reason, price, total, trace, entry =
    match(seen, '^([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);([^;]*)')
  if fingerprint ~= match(ARGV[1], '^[^;]*') then return {'CONFLICT'} end
  -- An order is final before its entry leaves the queue. One that is pending without an entry has lost its queue, and
  -- is queued anew; should it have been posted already, the database knows.
  if status ~= 'pending' or call('XRANGE', KEYS[3], entry, entry)[1] then
    return {'SEEN', status, reason, price, total, trace}
  end
end

local own = ARGV[4]
local fields = {'bal', 'res', own, 'frozen', 'sp', 'caps'}
for i = 1, (#ARGV - 8) / 2 do fields[6 + i] = 'r' .. i end
local wallet = call('HMGET', KEYS[2], unpack(fields))
if not wallet[1] or not wallet[5] then return {'COLD'} end
if wallet[4] then return {'FROZEN'} end

-- What an earlier sending of this very order reserved is reserved, and counted as spent, once.
local before = tonumber(wallet[3]) or 0
local reserved = (tonumber(wallet[2]) or 0) - before
local write = {'res', '', own, ARGV[3], 'sp', ''}
if ARGV[9] then
  local time = call('TIME')
  local now = tonumber(time[1])
  for i = 1, (#ARGV - 8) / 2 do
    local seconds = tonumber(ARGV[8 + 2 * i])
    local start, count = now - now % seconds, 0
    if wallet[6 + i] then
      local known, used = match(wallet[6 + i], '^(%d+):(%d+)$')
      if tonumber(known) == start then count = tonumber(used) end
    end
    if count >= tonumber(ARGV[7 + 2 * i]) then
      return {'FAST', (start + seconds - now) * 1000 - math.floor(time[2] / 1000)}
    end
    write[5 + 2 * i] = 'r' .. i
    write[6 + 2 * i] = format('%d:%d', start, count + 1)
  end
end

local total = tonumber(ARGV[3])
if tonumber(wallet[1]) - reserved < total then return {'POOR', wallet[1], format('%.0f', reserved)} end

local day, today, month = match(wallet[5], '^(%d+):(%d+):(%d+)$')
-- A day that has begun is not taken back by a web process whose clock is behind.
if day < ARGV[5] then
  if string.sub(day, 1, 6) ~= string.sub(ARGV[5], 1, 6) then month = 0 end
  day, today = ARGV[5], 0
end
today, month = math.max(0, today - before), math.max(0, month - before)

-- Of each cap the tighter one; the same check answers for all three.
local function capped(platform, viewer)
  local platform_caps, viewer_caps = {match(platform, '^(%d*):(%d*):(%d*)$')}, {match(viewer, '^(%d*):(%d*):(%d*)$')}
  local spent, max = {0, today, month}, {}
  for i = 1, 3 do
    local one, other = tonumber(platform_caps[i]), tonumber(viewer_caps[i])
    max[i] = one and other and math.min(one, other) or one or other
  end
  local function answer(kind, i)
    return {kind, ({'gift', 'day', 'month'})[i], format('%.0f', spent[i]), format('%.0f', max[i])}
  end
  for i = 1, 3 do
    if max[i] and spent[i] + total > max[i] then return answer('CAPPED', i) end
  end
  if ARGV[8] == '1' then return nil end
  for i = 1, 3 do
    if max[i] and spent[i] * 2 <= max[i] and (spent[i] + total) * 2 > max[i] then return answer('HALF', i) end
  end
end
local viewer_caps = wallet[6] or '::'
if ARGV[7] ~= '::' or viewer_caps ~= '::' then
  local refusal = capped(ARGV[7], viewer_caps)
  if refusal then return refusal end
end

write[2] = format('%.0f', reserved + total)
write[6] = format('%s:%.0f:%.0f', day, today + total, month + total)
call('HSET', KEYS[2], unpack(write))
local entry = call('XADD', KEYS[3], '*', 'g', ARGV[2])
call('SET', KEYS[1], ARGV[1] .. entry .. ';', 'EX', ARGV[6])
return 'NEW'
