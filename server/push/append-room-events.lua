-- Numbers a room's events and keeps the latest of them for replay.
-- KEYS[1] room-seq:{room}     counter
-- KEYS[2] room-events:{room}  stream; entry id is <seq>-0, field e is the event as JSON without its seq
-- ARGV[1] how many events to keep   ARGV[2] seconds until an idle room is forgotten   ARGV[3..] events, JSON objects
-- Returns the number of the first event; the others follow it one by one.
-- Atomic: two publishers never give out the same number, and events are stored in the order of their numbers.
local count = #ARGV - 2
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
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], (first + i - 1) .. '-0', 'e', ARGV[i + 2])
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[2])
return first
