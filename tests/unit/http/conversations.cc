// The conversations: what HTTP connections, and what only looks like them, say. '|' and '~' as in conversation.h.
#include <initializer_list>
#include <utility>

#include "unit/http/conversation.h"

namespace weir::test {
namespace {

using namespace std::string_literals;

Conversation with(Conversation conversation, std::initializer_list<Step> ending) {
  conversation.steps.insert(conversation.steps.end(), ending);
  return conversation;
}

/// A conversation that must stay readable to its end: what follows it would count as one exchange by turns.
Conversation in_step(std::string name, std::vector<Step> steps) {
  return with({std::move(name), Protocol::kHttp1, std::move(steps)},
              {client("|GET / HTTP/1.1\r\n\r\n|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\n|HTTP/1.1 204 No Content\r\n\r\n")});
}

/// A conversation that must end by turns for good: what follows it would count as two exchanges if it were read.
Conversation by_turns(std::string name, Protocol protocol, std::vector<Step> steps) {
  return with({std::move(name), protocol, std::move(steps)},
              {client("|GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")});
}

/// A conversation that must lose its way, go by turns, and find it again with a whole request line, and only so.
Conversation recovers(std::string name, std::vector<Step> steps) {
  return with({std::move(name), Protocol::kHttp1, std::move(steps)},
              {client("|x\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
               client_line("|GET / HTTP/1.1\r\n\r\n|HEAD / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\n|HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
               client("|GET / HTTP/1.1\r\n\r\n|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\n|HTTP/1.1 204 No Content\r\n\r\n")});
}

/// A conversation whose last response has no end: requests behind it are counted, and never answered.
Conversation ends_there(std::string name, std::vector<Step> steps) {
  return with({std::move(name), Protocol::kHttp1, std::move(steps)},
              {client("|GET / HTTP/1.1\r\n\r\n|GET / HTTP/1.1\r\n\r\n"), server("HTTP/1.1 204 No Content\r\n\r\n")});
}

std::vector<Conversation> keep_alive() {
  return {
      in_step("two exchanges with bodies", {client("|POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
                                            server("|HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
                                            client("|GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
                                            server("|HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone")}),
      in_step("bodies that look like messages",
              {client("|PUT / HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
               client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step("HEAD announces a body that never comes",
              {client("|HEAD / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
               client("|HEAD / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
               client("|HEAD / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\n\r\n"),
               client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")}),
      in_step("a method in lower case is not HEAD",
              {client("|head / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nHTTP/1.1 200 OK\r\n"),
               client("|HEADS / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nHTTP/1.1 200 OK\r\n"),
               client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}),
      in_step(
          "204 and 304 have no body whatever they say",
          {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n"),
           client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 304 Not Modified\r\nContent-Length: 5000, 1\r\n\r\n"),
           client("|GET / HTTP/1.1\r\n\r\n"),
           server("|HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
           client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}),
      in_step("zero-length bodies",
              {client("|POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
               client("|POST / HTTP/1.1\r\nContent-Length: 000\r\n\r\n|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length:0\r\n\r\n|HTTP/1.1 200 OK\r\nContent-Length:0\r\n\r\n")}),
      ends_there(
          "a response without a length ends with the connection",
          {client("|GET / HTTP/1.0\r\n\r\n"), server("|HTTP/1.0 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n and so on"),
           server("HTTP/1.1 200 OK\r\n\r\n")}),
      in_step("server-sent events: one response, then a stream",
              {client("|GET /events HTTP/1.1\r\nAccept: text/event-stream\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), server("9\r\ndata: 1\n\n\r\n"),
               server("9\r\ndata: 2\n\n\r\n"), server("0\r\n\r\n"), client("|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step("long poll: the response to come counts when it comes, not before",
              {client("|GET /poll HTTP/1.1\r\n\r\n"), server("~HTTP/1.1 102 Processing\r\n\r\n"),
               server("~HTTP/1.1 102 Processing\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"),
               client("|GET /poll HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
               server("2\r\n[]\r\n0\r\n\r\n")}),
      in_step(
          "five pipelined requests and their responses",
          {client("|GET /1 HTTP/1.1\r\n\r\n|HEAD /2 HTTP/1.1\r\n\r\n|POST /3 HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
                  "|HEAD /4 HTTP/1.1\r\n\r\n|GET /5 HTTP/1.1\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na|HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
                  "|HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab|HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                  "|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
           client("|GET /6 HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step("a response before the request's body is complete",
              {client("|POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n1234"),
               server("|HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"),
               client("567890|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}),
  };
}

std::vector<Conversation> interim_responses_and_tunnels() {
  return {
      in_step("100 Continue, then the response",
              {client("|POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
               server("~HTTP/1.1 100 Continue\r\n\r\n"), client("abc"),
               server("|HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"), client("|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step(
          "several interim responses in one piece with their final ones",
          {client("|GET / HTTP/1.1\r\n\r\n|GET / HTTP/1.1\r\n\r\n"),
           server("~HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n~HTTP/1.1 102 Processing\r\n\r\n"
                  "|HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx~HTTP/1.1 103 Early Hints\r\nContent-Length: 7\r\n\r\n"
                  "|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}),
      by_turns(
          "WebSocket goes by turns behind 101", Protocol::kHttp1,
          {client("|GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
           server("|HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi"), server("\x81\x03you"),
           client("|\x81\x85GET /"), client("\x81\x85 more"), server("|\x81\x01.HTTP/1.1 200"), server("\x81\x01.")}),
      by_turns("HTTP/2 in clear text goes by turns behind 101", Protocol::kHttp1,
               {client("|GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n"),
                server("|HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\nsettings"), server("headers"),
                client("|PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n settings"), server("|settings")}),
      in_step("a refused upgrade stays HTTP/1",
              {client("|GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
               server("|HTTP/1.1 400 Bad Request\r\nContent-Length: 17\r\n\r\nHTTP/1.1 200 OK\r\n"),
               client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      by_turns("CONNECT that succeeds goes by turns", Protocol::kHttp1,
               {client("|CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\nContent-Length: 9\r\n\r\n"),
                server("|HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n"),
                client("|\x16\x03\x01\x02hello"), server("|\x16\x03\x03shello"),
                client("|GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"), server("|anything")}),
      by_turns("CONNECT that is refused, then again with a password", Protocol::kHttp1,
               {client("|CONNECT a:443 HTTP/1.1\r\n\r\n"),
                server("|HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 3\r\n\r\nno!"),
                client("|CONNECT a:443 HTTP/1.1\r\nContent-Length: 6\r\n\r\n"), server("|HTTP/1.1 200 OK\r\n\r\n"),
                client("|secret"), server("|secret")}),
      in_step("CONNECT that is refused for good; it had no body, whatever it said",
              {client("|CONNECT a:443 HTTP/1.1\r\nContent-Length: 6\r\n\r\n"),
               server("|HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")}),
      by_turns("bytes behind a CONNECT before its answer", Protocol::kHttp1,
               {client("|CONNECT a:443 HTTP/1.1\r\n\r\n\x16\x03\x01hello"), server("|HTTP/1.1 200 OK\r\n\r\n"),
                server("shello"), client("|secret"), server("|secret")}),
      by_turns("a request behind a CONNECT may be the tunnel's: its answer tells, turns count", Protocol::kHttp1,
               {client("|CONNECT a:80 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\n\r\n"),
                server("x")}),
      by_turns("CONNECT behind pipelined requests", Protocol::kHttp1,
               {client("|GET / HTTP/1.1\r\n\r\n|CONNECT a:443 HTTP/1.1\r\n\r\n"),
                server("|HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab|HTTP/1.1 200 OK\r\n\r\n"), client("|x"),
                server("|y")}),
  };
}

std::vector<Conversation> framing() {
  return {
      in_step(
          "chunks with extensions, trailers and sizes in both cases",
          {client("|POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;name=value\r\nhello\r\n0a ; "
                  "q=\"x;y\"\r\n0123456789\r\n"
                  "1A\r\nHTTP/1.1 200 OK\r\n\r\n1234567\r\n000;last\r\nExpires: never\r\nContent-Length: 7, 8\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n0\r\n\r\n0\r\n\r\n"),
           client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step(
          "lists of codings, blanks, folded lines and odd cases",
          {client("|POST / HTTP/1.1\r\ntRANSFER-eNCODING: \t gzip , CHUNKED \t, ,\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
           server(
               "|HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
           client("|POST / HTTP/1.1\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nX: a\r\n Content-Length: 9\r\n 7\r\ncontent-length:\r\n\t 2\r\n \r\n\r\nab"),
           client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      ends_there("a coding in two words isn't chunked",
                 {client("|GET / HTTP/1.1\r\n\r\n"),
                  server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chu nked\r\n\r\n0\r\n\r\n")}),
      in_step(
          "chunked wins over Content-Length",
          {client("|GET / HTTP/1.1\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"),
           client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      ends_there(
          "a response whose last coding isn't chunked ends with the connection",
          {client("|GET / HTTP/1.1\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
           server("HTTP/1.1 200 OK\r\n\r\n")}),
      in_step("Content-Length with blanks around and equal duplicates",
              {client("|POST / HTTP/1.1\r\ncontent-length: \t 2 \t \r\n\r\nab"),
               server("|HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nab"), client("|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCONTENT-LENGTH:02, 2\r\n\r\nab"),
               client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step("names that only begin or end like the ones that count",
              {client("|GET / HTTP/1.1\r\nContent-Length-Hint: 5\r\nContent-Lengt: 6\r\nX-Content-Length: 7\r\n"
                      "Transfer-Encodings: chunked\r\nC\r\nContent-Length\r\n\r\n"),
               server("|HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer: chunked\r\n\r\nx"),
               client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
      in_step("lines that end with LF alone", {client("|POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n1\nx\n0\n\n"),
                                               server("|HTTP/1.1 200 OK\nContent-Length: 3\n\nabc"),
                                               client("|GET / HTTP/1.1\n\n"), server("|HTTP/1.1 204\n\n")}),
      in_step(
          "empty lines before messages",
          {client("\r\n\r\n|POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx\r\n|GET / HTTP/1.1\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx\r\n|HTTP/1.1 204 No Content\r\n\r\n"), server("\r\n"),
           client("\r\n|GET / HTTP/1.1\r\n\r\n"), server("\r\n|HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")}),
      in_step("targets of every form, odd methods and versions",
              {client("|GET http://a.example:8080/p?q=1 HTTP/1.1\r\n\r\n|OPTIONS * HTTP/1.0\r\n\r\n"
                      "|M-SEARCH /\xc3\xa4\x80 HTTP/1.9\r\n\r\n|P / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n|HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n"
                      "|HTTP/1.1 599\r\nContent-Length: 0\r\n\r\n|HTTP/1.1 999 \xff\r\nContent-Length: 0\r\n\r\n")}),
      in_step(
          "lines longer than any buffer",
          {client("|GET /" + std::string(3000, 'a') + " HTTP/1.1\r\nCookie: " + std::string(3000, 'c') + "\r\n\r\n"),
           server("|HTTP/1.1 200 " + std::string(1000, 'r') + "\r\nX: " + std::string(3000, ':') +
                  "\r\nContent-Length:" + std::string(1000, ' ') + "1\r\n\r\nx"),
           client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n")}),
  };
}

std::vector<Conversation> turns() {
  return {
      by_turns("TLS", Protocol::kTls,
               {client("|\x16\x03\x01\x02\x0c\x01 and so on"s), server("|\x16\x03\x03 hello"), server("certificate"),
                client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")}),
      by_turns("HTTP/2", Protocol::kHttp2,
               {client("|PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n settings"), server("|settings"), client("|headers"),
                client("more"), server("|headers"), server("body")}),
      recovers("contradicting lengths in a request",
               {client("|POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc"),
                server("|HTTP/1.1 400 Bad Request\r\n\r\n"), server("more"), client("|x"), server("|y")}),
      recovers("a request whose last coding isn't chunked",
               {client("|POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc"), server("|what"), client("|x"),
                server("|y")}),
      recovers("contradicting lengths in a response",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: 2, 3\r\n\r\nabc"),
                server("more")}),
      recovers("lengths that aren't numbers",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
                client("|x"), server("|y")}),
      recovers("a length of two numbers", {client("|GET / HTTP/1.1\r\n\r\n"),
                                           server("|HTTP/1.1 200 OK\r\nContent-Length: 1 2\r\n\r\n0123456789ab")}),
      recovers("a chunk without a size", {client("|GET / HTTP/1.1\r\n\r\n"),
                                          server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;\r\n\r\n")}),
      recovers("CR twice behind a chunk",
               {client("|GET / HTTP/1.1\r\n\r\n"),
                server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\r\n0\r\n\r\n")}),
      recovers("a status of four digits",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n")}),
      recovers("a line of the head that begins with no name",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 200 OK\r\n\x01: x\r\nContent-Length: 0\r\n\r\n")}),
      recovers("an empty length", {client("|GET / HTTP/1.1\r\n\r\n"),
                                   server("|HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n"), client("|x"), server("|y")}),
      recovers("a length beyond 64 bits", {client("|GET / HTTP/1.1\r\n\r\n"),
                                           server("|HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n"),
                                           client("|x"), server("|y")}),
      ends_there("the largest length of 64 bits",
                 {client("|GET / HTTP/1.1\r\n\r\n"),
                  server("|HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nx"),
                  client("|GET / HTTP/1.1\r\n\r\n|GET / HTTP/1.1\r\n\r\n"), server("HTTP/1.1 200 OK\r\n\r\n")}),
      recovers("a chunk size beyond 64 bits",
               {client("|GET / HTTP/1.1\r\n\r\n"),
                server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\nx"), client("|x"),
                server("|y")}),
      recovers(
          "a chunk that is longer than it said",
          {client("|GET / HTTP/1.1\r\n\r\n"),
           server("|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n"), client("|x"), server("|y")}),
      recovers("a response that isn't HTTP/1",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|ICY 200 OK\r\n\r\nsound"), client("|x"), server("|y")}),
      recovers(
          "a response that breaks behind its first byte",
          {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/2 200\r\n"), server("more"), client("|x"), server("|y")}),
      recovers("a status below 100",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 099 No\r\n\r\n"), client("|x"), server("|y")}),
      recovers("garbage where a request should begin",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n"), client("|\x01\x02"),
                client("z"), server("|HTTP/1.1 200 OK\r\n\r\n"), client("|x"), server("|y")}),
      recovers("a request line that breaks",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n"),
                client("|GET / SPDY/3\r\n"), client("z"), server("|y")}),
      recovers("a server that speaks unasked",
               {client("|GET / HTTP/1.1\r\n\r\n"), server("|HTTP/1.1 204 No Content\r\n\r\n"),
                server("HTTP/1.1 408 Request Timeout\r\n\r\n")}),
      in_step("a server that speaks before the client",
              {server("220 who are you?\r\n"), client("|GET / HTTP/1.1\r\n\r\n|GET / HTTP/1.1\r\n\r\n"),
               server("|HTTP/1.1 204 No Content\r\n\r\n|HTTP/1.1 204 No Content\r\n\r\n")}),
      recovers("a server that speaks while the first request line is coming in",
               {client("GET /"), server("HTTP/1.1 408 Request Timeout\r\n\r\n"), client("| HTTP/1.1\r\n\r\n"),
                server("|HTTP/1.1 204 No Content\r\n\r\n")}),
  };
}

std::vector<Conversation> other_protocols() {
  return {
      {"SSH", Protocol::kOther, {server("SSH-2.0-x\r\n"), client("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), server("key")}},
      {"SMTP", Protocol::kOther, {server("220 mail\r\n"), client("EHLO a.example\r\n"), server("250 hi\r\n")}},
      {"Redis",
       Protocol::kOther,
       {client("*1\r\n$4\r\nPING\r\n"), server("+PONG\r\n"), client("*1\r\n$4\r\nPING\r\n")}},
      {"MQTT", Protocol::kOther, {client("\x10\x0c\x00\x04MQTT"s), server("\x20\x02\x00\x00"s)}},
      {"HTTP/0.9", Protocol::kOther, {client("GET /\r\n"), server("hello"), client("GET / HTTP/1.1\r\n\r\n")}},
  };
}

}  // namespace

std::vector<Conversation> conversations() {
  std::vector<Conversation> all;
  for (const auto& group : {keep_alive(), interim_responses_and_tunnels(), framing(), turns(), other_protocols()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace weir::test
