// Captures: whatever a file holds, its frames lie inside it, in the order of their places; damage is a RunError that
// names the file; the sides that the capture as a whole tells are found without a fault; and what was read, written
// again, reads the same. Input: the file.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "fuzz/fuzz_input.h"
#include "profile/errors.h"
#include "record/pcap_reader.h"
#include "record/pcap_writer.h"
#include "record/side_finder.h"

namespace weir::test {
namespace {

// A file that has no name but that of its descriptor.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("capture", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(descriptor_); }

  void write(std::span<const std::byte> bytes) const {
    require(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "memory is written");
  }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

struct Kept {
  std::int64_t unix_ns = 0;
  std::uint32_t original_length = 0;
  std::vector<std::byte> bytes;
  friend bool operator==(const Kept&, const Kept&) = default;
};

/// All frames up to the end, or up to the damage.
std::vector<Kept> frames_of(const std::string& path, std::size_t size) {
  std::vector<Kept> frames;
  try {
    PcapReader reader(path);
    CapturedFrame frame;
    std::size_t sum = 0;
    while (reader.next(frame)) {
      require(frame.bytes.size() <= kLongestCaptured, "a frame is no longer than captures are");
      require(frame.bytes.size() <= frame.original_length, "it was at least as long on the wire");
      require(frame.unix_ns >= 0, "times are those of 1970 and later");
      require((sum += frame.bytes.size()) <= size, "frames lie inside the file, each once");
      frames.push_back({frame.unix_ns, frame.original_length, {frame.bytes.begin(), frame.bytes.end()}});
    }
    require(reader.bytes_read() <= size, "no more is read than there is");
  } catch (const RunError& error) {
    require(std::string_view(error.what()).find(path) != std::string_view::npos, "an error names the file");
  }
  return frames;
}

void write_again(const std::vector<Kept>& frames) {
  if (frames.empty()) return;
  constexpr std::int64_t kLastSecond = std::int64_t{UINT32_MAX} * 1'000'000'000;
  const MemoryFile file;
  PcapWriter writer(file.path());
  std::size_t size = 24;
  for (const Kept& frame : frames) {
    if (frame.unix_ns >= kLastSecond) return;
    writer.write(frame.unix_ns, frame.bytes, frame.original_length);
    size += 16 + frame.bytes.size();
  }
  writer.close();
  require(frames_of(file.path(), size) == frames, "what is written reads the same");
}

}  // namespace
}  // namespace weir::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  using namespace weir::test;
  Input input(data, size);
  const MemoryFile file;
  file.write(input.all());
  const std::vector<Kept> frames = frames_of(file.path(), size);
  try {
    const CaptureLook look = look_at_capture(file.path());
    require(!look.interfaces || (*look.interfaces)[0] < (*look.interfaces)[1], "two interfaces are two");
    require(!look.interfaces || !look.outbound, "sides are told in one way");
  } catch (const RunError&) {  // its header can't be read
  }
  write_again(frames);
  return 0;
}
