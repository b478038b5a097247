-- Requests for wrk: reads of random summaries or plans, or publications of new
-- summaries.
--
--	wrk … -s load.lua URL -- read|plan|publish TOKENS SUMMARIES FIRST DOC
--
-- TOKENS: file with a token a line, one for each organisation.
-- FIRST: number of the first summary to publish.  DOC: file with a document.

local PREFIX = "00000000-0000-7000-8000-"
local KEY = "00000000-0000-7000-9000-"
local CONSENT, SUMMARY, COORDINATION = 2e11, 3e11, 3.1e11

local mode, summaries, first, doc
local heads = {}
local count = 0
local text = string.format

local function lines(file)
	local found = {}
	for line in io.lines(file) do found[#found + 1] = line end
	return found
end

local function host()
	return wrk.host .. ":" .. wrk.port
end

-- Everything of a request that depends on the organisation only.
local function head(token)
	return "\r\nHost: " .. host() .. "\r\nAuthorization: Bearer " .. token ..
		"\r\n"
end

function init(args)
	local tokens = lines(args[2])
	mode, summaries, first = args[1], tonumber(args[3]), tonumber(args[4])
	doc = lines(args[5])[1]
	for k = 1, #tokens do heads[k] = head(tokens[k]) end
	math.randomseed(first + os.time())
end

-- As the first of its recipients.
local function read()
	local k = math.random(0, summaries - 1)
	return "GET /v1/summaries/" .. PREFIX .. text("%.0f", SUMMARY + k) ..
		" HTTP/1.1" .. heads[(k + 1) % #heads + 1] .. "\r\n"
end

-- As a member of the team.
local function plan()
	local k = math.random(0, summaries - 1)
	return "GET /v1/coordinations/" .. PREFIX .. text("%.0f", COORDINATION + k) ..
		"/plan HTTP/1.1" .. heads[(k + 1) % #heads + 1] .. "\r\n"
end

local function publish()
	local k = math.random(0, summaries - 1)
	local number = text("%.0f", first + count)
	local body = '{"consent_id":"' .. PREFIX .. text("%.0f", CONSENT + k) ..
		'","version":1,"doc":' .. doc .. "}"
	count = count + 1
	return "PUT /v1/summaries/" .. PREFIX .. number .. " HTTP/1.1" ..
		heads[k % #heads + 1] ..
		"Content-Type: application/json\r\nIdempotency-Key: " .. KEY ..
		number .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function request()
	return mode == "read" and read() or mode == "plan" and plan() or publish()
end

function done(summary, latency)
	local e = summary.errors
	io.write(text('RESULT {"requests":%d,"us":%d,"refused":%d,"broken":%d,' ..
		'"p50_ms":%.3f,"p99_ms":%.3f}\n', summary.requests, summary.duration,
		e.status, e.connect + e.read + e.write + e.timeout,
		latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
