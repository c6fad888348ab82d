#!lua flags=allow-oom
-- Numbers a room's events and keeps the latest of them for replay. Allowed when Redis is full: what leaves a queue is told
-- first, and a room's log is bounded.
-- KEYS[1] room-seq:{room}     counter
-- KEYS[2] room-events:{room}  stream; entry id is <seq of its last event>-0, field e is the event as JSON without its seq,
--                             or an array of several that follow each other
-- KEYS[3] room-chat:{room}    hash of the allowance below: tokens left and since when, in ms of Redis' clock
-- ARGV[1] how many events to keep   ARGV[2] seconds until an idle room is forgotten
-- ARGV[3] events a second that such events may come to in this room, from all processes together; 0 for any number
-- ARGV[4] tokens that these events must leave for more important ones; below zero they may be borrowed
-- ARGV[5] numbers up to this one may have been given out before Redis lost something: the next is above it
-- ARGV[6..] entries, each as how many events it has and its text
-- Returns the number of the first event, the others follow it one by one; 0 when the allowance does not hold them:
-- then nothing was numbered, so that nobody misses anything.
-- Atomic: two publishers never give out the same number, and events are stored in the order of their numbers.
local count = 0
for i = 6, #ARGV, 2 do count = count + tonumber(ARGV[i]) end
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
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
-- The counter may be lost and the events not, or both may be behind what was given out.
local below = tonumber(ARGV[5])
local given_out = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), below,
  newest[1] and tonumber(string.match(newest[1][1], '^(%d+)')) or 0)
redis.call('SET', KEYS[1], string.format('%.0f', given_out + count))
local last = given_out
for i = 6, #ARGV, 2 do
  last = last + tonumber(ARGV[i])
  redis.call('XADD', KEYS[2], string.format('%.0f-0', last), 'e', ARGV[i + 1])
end
-- An entry goes when its last event does. What was stored below numbers that were passed over stays until as many follow.
local oldest_kept = last - tonumber(ARGV[1]) + 1
if oldest_kept > below then redis.call('XTRIM', KEYS[2], 'MINID', '~', string.format('%.0f', oldest_kept)) end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return given_out + 1
