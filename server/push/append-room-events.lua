-- Numbers a room's events and keeps the latest of them for replay.
-- KEYS[1] room-seq:{room}     counter
-- KEYS[2] room-events:{room}  stream; entry id is <seq>-0, field e is the event as JSON without its seq
-- KEYS[3] room-chat:{room}    hash of the allowance below: tokens left and since when, in ms of Redis' clock
-- ARGV[1] how many events to keep   ARGV[2] seconds until an idle room is forgotten
-- ARGV[3] events a second that such events may come to in this room, from all processes together; 0 for any number
-- ARGV[4] tokens that these events must leave for more important ones; below zero they may be borrowed
-- ARGV[5..] events, JSON objects
-- Returns the number of the first event, the others follow it one by one; 0 when the allowance does not hold them:
-- then nothing was numbered, so that nobody misses anything.
-- Atomic: two publishers never give out the same number, and events are stored in the order of their numbers.
local count = #ARGV - 4
local rate = tonumber(ARGV[3])
if rate > 0 then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local saved = redis.call('HMGET', KEYS[3], 'tokens', 'at')
  local elapsed = math.max(0, now - tonumber(saved[2] or now))
  local tokens = math.min(rate, tonumber(saved[1] or rate) + elapsed * rate / 1000)
  if tokens - count < tonumber(ARGV[4]) then return 0 end
  redis.call('HSET', KEYS[3], 'tokens', tokens - count, 'at', now)
  -- A full allowance needs no keeping.
  redis.call('PEXPIRE', KEYS[3], math.ceil((rate - tokens + count) * 1000 / rate) + 1)
end
local last = redis.call('INCRBY', KEYS[1], count)
local first = last - count + 1
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
if newest[1] then
  -- The counter was lost but the events were not: go on above them.
  local seen = tonumber(string.match(newest[1][1], '^(%d+)'))
  if seen >= first then
    first = seen + 1
    last = seen + count
    redis.call('SET', KEYS[1], last)
  end
end
for i = 1, count do
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], (first + i - 1) .. '-0', 'e', ARGV[i + 4])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return first
