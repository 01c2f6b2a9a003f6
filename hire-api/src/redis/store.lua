-- What came of a fetch.
-- KEYS: 1 the token, 2 who is fetching. ARGV: 1 the worker; 2 the new token, or nothing where there is none; 3 its life,
-- or how long nobody is to try again, in milliseconds.
local mine = redis.call('GET', KEYS[2]) == ARGV[1]
if ARGV[2] ~= '' then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  if mine then redis.call('DEL', KEYS[2]) end
elseif mine then
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return 0
