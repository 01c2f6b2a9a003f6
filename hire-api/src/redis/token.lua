-- A token that is good, or who fetches one.
-- KEYS: 1 the token, 2 who is fetching.
-- ARGV: 1 the token that was refused, or nothing; 2 with how much life left a token is renewed, 3 with how much it is no
-- longer used, 4 the worker, 5 how long a fetch may take; all in milliseconds.
-- Returns: 'token', it, and its life; 'fetch'; or 'wait', while another one fetches.
-- Where the clock was set back, whoever is fetching would be waited for that much longer.
if redis.call('PTTL', KEYS[2]) > tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[2], ARGV[5]) end
local token = redis.call('GET', KEYS[1])
local life = redis.call('PTTL', KEYS[1])
local good = token and token ~= ARGV[1]
if good and life > tonumber(ARGV[2]) then return { 'token', token, life } end
if redis.call('SET', KEYS[2], ARGV[4], 'NX', 'PX', ARGV[5]) then return { 'fetch', '', 0 } end
if good and life > tonumber(ARGV[3]) then return { 'token', token, life } end
return { 'wait', '', 0 }
