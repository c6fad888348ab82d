-- Gives a viewer one packet of one shard: had this claim before? → open? → may have more? → too fast? → pop, remember, queue.
-- A viewer asks their home shard first and, as long as the answer is EMPTY, the next ones in turn.
-- KEYS[1] rain:{b}:id          hash: room, max (packets a viewer), open ('0' not yet, '1', 'over'), until (ms of Redis' clock)
-- KEYS[2] rain-packets:{b}:id  list of "index:coins"
-- KEYS[3] rain-viewers:{b}:id  hash: viewer → "window start:tries|claim=index:coins;…", '+;' among them once sent on from here
-- KEYS[4] claims:{b}           the queue
-- KEYS[5] nonce:{b}:viewer:nonce  of the signed call, where it is noted here: at the viewer's home shard
-- ARGV[1] viewer   ARGV[2] claim id   ARGV[3] room   ARGV[4] packets that the viewer has from the shards before this one
-- ARGV[5] tries in a window, 0 for any number   ARGV[6] milliseconds of a window
-- ARGV[7] '1' when every shard is known to be empty: then nothing is written   ARGV[8] the queue entry, a JSON object whose
-- end, '"packetIndex":…,"coins":…}', is put on here   ARGV[9] milliseconds to keep the nonce, '' where there is none
-- Returns as one text, its parts separated by colons: WON or SEEN, index, coins | UNKNOWN (no such shard here) | ROOM | SOON
--       | ENOUGH | FAST, retry after ms | EMPTY or OVER, packets that the viewer has from here, 1 when sent on before
--       | REPLAYED (the call came before)
-- Atomic: the nonce is used by whatever is answered. A packet is popped exactly when it is remembered and queued. A shard that is empty or over stays so, and whoever passes
-- it has its final count of the viewer's packets in hand: so nobody gets more than their number, however many ask at once.
if ARGV[9] ~= '' and not redis.call('SET', KEYS[5], '', 'NX', 'PX', ARGV[9]) then return 'REPLAYED' end
local state = redis.call('HMGET', KEYS[1], 'room', 'max', 'open', 'until')
if not state[1] then return 'UNKNOWN' end
if state[1] ~= ARGV[3] then return 'ROOM' end

local known = redis.call('HGET', KEYS[3], ARGV[1])
local window, packets = '', ''
if known then
  window, packets = string.match(known, '^([^|]*)|(.*)$')
  local _, last = string.find(packets, ARGV[2] .. '=', 1, true)
  if last then
    return 'SEEN:' .. string.match(packets, '^%d+:%d+', last + 1)
  end
end
if state[3] == '0' then return 'SOON' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local sent_on = string.find(packets, '+;', 1, true)
local _, have = string.gsub(packets, '=', '')
if state[3] ~= '1' or now >= tonumber(state[4]) then return 'OVER:' .. have .. (sent_on and ':1' or ':') end

if tonumber(ARGV[4]) + have >= tonumber(state[2]) then return 'ENOUGH' end

local limit, length = tonumber(ARGV[5]), tonumber(ARGV[6])
if limit > 0 then
  local start = now - now % length
  local since, tries = string.match(window, '^(%d+):(%d+)$')
  tries = tonumber(since) == start and tonumber(tries) or 0
  if tries >= limit then return 'FAST:' .. start + length - now end
  window = string.format('%.0f:%d', start, tries + 1)
end

local packet = redis.call('LPOP', KEYS[2])
if not packet then
  if ARGV[7] ~= '1' then
    redis.call('HSET', KEYS[3], ARGV[1], window .. '|' .. packets .. (sent_on and '' or '+;'))
  end
  return 'EMPTY:' .. have .. (sent_on and ':1' or ':')
end
local index, coins = string.match(packet, '^(%d+):(%d+)$')
redis.call('HSET', KEYS[3], ARGV[1], window .. '|' .. packets .. ARGV[2] .. '=' .. packet .. ';')
redis.call('XADD', KEYS[4], '*', 'g', ARGV[8] .. '"packetIndex":' .. index .. ',"coins":' .. coins .. '}')
return 'WON:' .. packet
