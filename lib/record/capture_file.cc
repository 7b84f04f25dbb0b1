#include "record/capture_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "profile/errors.h"

namespace weir {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

}  // namespace

CaptureFile::CaptureFile(std::string path) : path_(std::move(path)), buffer_(kBufferBytes) {
  descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw RunError(fmt::format("cannot open the capture {}: {}", path_, std::strerror(errno)));
  struct stat about {};
  if (fstat(descriptor_, &about) == 0 && S_ISREG(about.st_mode)) size_ = static_cast<std::uint64_t>(about.st_size);
}

CaptureFile::~CaptureFile() {
  close(descriptor_);
}

std::size_t CaptureFile::read(std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size() && (next_ < end_ || refill())) {
    const std::size_t count = std::min(into.size() - done, end_ - next_);
    std::memcpy(into.data() + done, buffer_.data() + next_, count);
    next_ += count;
    done += count;
  }
  offset_ += done;
  return done;
}

bool CaptureFile::refill() {
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.data(), buffer_.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) throw RunError(fmt::format("cannot read the capture {}: {}", path_, std::strerror(errno)));
  next_ = 0;
  end_ = static_cast<std::size_t>(count);
  return count > 0;
}

void CaptureFile::refuse(std::uint64_t at, std::string_view why) const {
  throw RunError(fmt::format("{}: at byte {}: {}", path_, at, why));
}

void CaptureFile::note_cut(std::string_view what, std::uint64_t at, std::uint64_t got) {
  damage_ = fmt::format("{}: at byte {}: it ends inside {} ({} there); what came before is used", path_, at, what,
                        got == 1 ? "1 byte is" : fmt::format("{} bytes are", got));
}

}  // namespace weir
