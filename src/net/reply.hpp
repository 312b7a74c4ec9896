#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/files.hpp"
#include "net/server.hpp"

namespace firn::net {

/// What of a request decides the form of its answer.
struct ReplyForm {
  bool head_only = false;  ///< the request was HEAD
  bool http_1_0 = false;
  bool keep_alive = true;
  bool accepts_gzip = false;
};

/// An answer as it goes over the wire: the head, then the body or a piece of a file.
struct Reply {
  std::string head;
  std::string body;
  UniqueFd file;
  std::int64_t file_offset = 0;
  std::int64_t file_left = 0;
  bool close = false;  ///< the connection ends behind it
};

/// Compresses, opens the file and writes the head. A file that cannot be opened becomes an error
/// answer. Headers that belong to the connection (Content-Length …) are ours: given ones are
/// dropped; control characters in values become spaces, headers with bad names are dropped.
Reply MakeReply(Response response, const ReplyForm& form);

/// Replaces `block` by up to `size` bytes of the file; less at its end, none on an error. Blocks.
void ReadBlock(int fd, std::int64_t offset, std::size_t size, std::string& block);

/// {"code":"invalid","message":"…","success":false}
Response ErrorResponse(int status, Code code, std::string_view message);

/// Whether an Accept-Encoding header allows gzip.
bool AcceptsGzip(std::string_view accept_encoding);

}  // namespace firn::net
