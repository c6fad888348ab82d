-- Accepts one gift: call used before? → seen before? → too fast? → can it be paid? → within the caps? → reserve, remember, queue.
-- KEYS[1] order:{b}:sender:id   how this gift order ended, once it has
-- KEYS[2] wallet:{b}:sender     hash: bal, ver, res (all that is reserved), p:<order> (an order on its way: what it reserved
--                               and its entry, "coins;entry id"), frozen, r (rate windows, "hash kept until:start:count:…"),
--                               sp "day:coins of that day:coins of its month", caps "gift:day:month" (the viewer's own)
-- KEYS[3] gifts:{b}             the queue
-- KEYS[4] nonce:{b}:sender:nonce  of the signed call, if there is one: stands where it was used and its gift does not say so
-- ARGV[1] fingerprint: what makes two sendings the same order   ARGV[2] queue entry, JSON   ARGV[3] total in coins
-- ARGV[4] gift order id   ARGV[5] day on which it is sent, as 20261121
-- ARGV[6] the platform's caps, "gift:day:month", empty where there is none
-- ARGV[7] '1' when the sender has confirmed to go beyond half of a cap   ARGV[8] rate windows, "limit:seconds:…", '' for none
-- ARGV[9] sender   ARGV[10] what the caller's clock says, in ms; '' where the time in the entry is not the caller's
-- ARGV[11] nonce, '' for none   ARGV[12] milliseconds to keep it
-- Returns 'NEW' | {'REPLAYED'} | {'SEEN', status, reason, price, total, trace} | {'CONFLICT'}
--       | {'COLD'} (wallet not cached: load it and call again) | {'FROZEN'} | {'POOR', balance, reserved}
--       | {'CLOCK', what Redis' clock says, in ms} (the caller's is off: set it and call again)
--       | {'FAST', retry after ms} | {'CAPPED', cap, spent, max} | {'HALF', cap, spent, max}
-- Atomic: an order is queued exactly when it is remembered, its coins are reserved and counted as spent: all or none. With
-- COLD and CLOCK nothing is noted; with all else the nonce is used: of what is queued now it lies in the entry, and in the value
-- of how it ended, so that nothing more is written for it.
-- Value of an order that has ended: fingerprint;status;reason;price;total;trace;nonce;combo count.
local call, match, format = redis.call, string.match, string.format
-- A wallet with orders on their way is kept at least this long, which is beyond any outage; renewed once a day.
local KEEP_SECONDS, RENEW_SECONDS = 7 * 86400, 86400
-- Beyond what a call and a clock that is set once a second may differ by.
local CLOCK_OFF_MS = 2000

local nonce = ARGV[11]
if nonce ~= '' and call('EXISTS', KEYS[4]) == 1 then return {'REPLAYED'} end
-- Another answer than NEW, to a call that is not to come again.
local function answer(value)
  if nonce ~= '' then call('SET', KEYS[4], '', 'PX', ARGV[12]) end
  return value
end

local ended = call('GET', KEYS[1])
if ended then
  local fingerprint, status, reason, price, total, trace, sent_with =
    match(ended, '^([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);([^;]*);')
  if nonce ~= '' and sent_with == nonce then return {'REPLAYED'} end
  if fingerprint ~= ARGV[1] then return answer({'CONFLICT'}) end
  return answer({'SEEN', status, reason, price, total, trace})
end

local own = 'p:' .. ARGV[4]
local wallet = call('HMGET', KEYS[2], 'bal', 'res', own, 'frozen', 'sp', 'caps', 'r')
local before = 0
if wallet[3] then
  local coins, entry = match(wallet[3], '^(%d+);(.+)$')
  -- Its queue may have been lost and begun anew, with ids that were there before: the entry must be of this order.
  local queued = entry and call('XRANGE', KEYS[3], entry, entry)[1]
  local gift = queued and cjson.decode(queued[2][2])
  if gift and gift.giftOrderId == ARGV[4] and gift.senderId == ARGV[9] then
    if nonce ~= '' and gift.nonce == nonce then return {'REPLAYED'} end
    if format('%s|%s|%d', gift.roomId, gift.giftId, gift.count) ~= ARGV[1] then return answer({'CONFLICT'}) end
    return answer({'SEEN', 'pending', '', format('%d', gift.priceCoins), coins, gift.traceId})
  end
  -- An order has ended before its entry leaves the queue. One on its way without an entry has lost its queue, and is
  -- queued anew; should it have been posted already, the database knows. What it reserved is reserved, and counted as
  -- spent, once.
  before = tonumber(match(wallet[3], '^%d+'))
end
local time = call('TIME')
local now = tonumber(time[1])
-- The day on which it counts and the time in its entry are told by a clock that all share.
if ARGV[10] ~= '' then
  local now_ms = now * 1000 + math.floor(time[2] / 1000)
  if math.abs(now_ms - tonumber(ARGV[10])) > CLOCK_OFF_MS then return {'CLOCK', format('%d', now_ms)} end
end
if not wallet[1] or not wallet[5] then return {'COLD'} end
if wallet[4] then return answer({'FROZEN'}) end

local reserved = (tonumber(wallet[2]) or 0) - before
-- The windows as they lie in the wallet are read from left to right, beside the limits.
local counts = wallet[7] or ''
local kept_until, at = match(counts, '^(%d+)()')
local windows = ''
for limit, seconds in string.gmatch(ARGV[8], '(%d+):(%d+)') do
  local start, count, counted_from, so_far = now - now % seconds, 0, nil, nil
  counted_from, so_far, at = match(counts, '^:(%d+):(%d+)()', at)
  if tonumber(counted_from) == start then count = tonumber(so_far) end
  if count >= tonumber(limit) then
    return answer({'FAST', (start + seconds - now) * 1000 - math.floor(time[2] / 1000)})
  end
  windows = windows .. format(':%d:%d', start, count + 1)
end

local total = tonumber(ARGV[3])
if tonumber(wallet[1]) - reserved < total then return answer({'POOR', wallet[1], format('%d', reserved)}) end

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
  local function refuse(kind, i)
    return {kind, ({'gift', 'day', 'month'})[i], format('%d', spent[i]), format('%d', max[i])}
  end
  for i = 1, 3 do
    if max[i] and spent[i] + total > max[i] then return refuse('CAPPED', i) end
  end
  if ARGV[7] == '1' then return nil end
  for i = 1, 3 do
    if max[i] and spent[i] * 2 <= max[i] and (spent[i] + total) * 2 > max[i] then return refuse('HALF', i) end
  end
end
local viewer_caps = wallet[6] or '::'
if ARGV[6] ~= '::' or viewer_caps ~= '::' then
  local refusal = capped(ARGV[6], viewer_caps)
  if refusal then return answer(refusal) end
end

kept_until = tonumber(kept_until)
if not kept_until or kept_until < now + KEEP_SECONDS then
  kept_until = now + KEEP_SECONDS + RENEW_SECONDS
  call('EXPIREAT', KEYS[2], kept_until, 'GT')
end
local entry = call('XADD', KEYS[3], '*', 'g', ARGV[2])
call('HSET', KEYS[2], 'res', format('%d', reserved + total), own, ARGV[3] .. ';' .. entry,
  'sp', format('%s:%d:%d', day, today + total, month + total), 'r', format('%d', kept_until) .. windows)
return 'NEW'
