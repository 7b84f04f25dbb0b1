// One cache line of the flow table: eight entries of a 16-bit tag and a 32-bit flow number, and how many entries went
// on to later buckets because this one was full. All eight tags are compared at once. Used by FlowTable alone.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir {

inline constexpr std::uint32_t kBucketEntries = 8;

using BucketTags = std::array<std::uint16_t, kBucketEntries>;

/// A bit for each of the tags that equals `tag`, the first tag at bit 0. For any CPU.
[[nodiscard]] constexpr std::uint32_t equal_tags_plain(const BucketTags& tags, std::uint16_t tag) {
  std::uint32_t equal = 0;
  for (std::uint32_t i = 0; i < kBucketEntries; ++i) equal |= (tags[i] == tag ? 1U : 0U) << i;
  return equal;
}

/// The same answer, by the CPU's vectors where it has them. `tags` is 16-byte aligned.
[[nodiscard]] inline std::uint32_t equal_tags(const BucketTags& tags, std::uint16_t tag) {
#if defined(__SSE2__)
  const __m128i all = _mm_load_si128(reinterpret_cast<const __m128i*>(tags.data()));
  const __m128i equal = _mm_cmpeq_epi16(all, _mm_set1_epi16(static_cast<std::int16_t>(tag)));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128())));
#else
  return equal_tags_plain(tags, tag);
#endif
}

struct alignas(64) Bucket {
  static constexpr std::uint16_t kFree = 0;  // the tag of a free entry; no key has it

  BucketTags tags{};
  std::array<std::uint32_t, kBucketEntries> numbers{};
  std::uint32_t passed_by = 0;  // entries now in later buckets whose way led through this one while it was full

  [[nodiscard]] std::uint32_t entries_tagged(std::uint16_t tag) const { return equal_tags(tags, tag); }
  [[nodiscard]] bool full() const { return entries_tagged(kFree) == 0; }
  /// The first free entry of a bucket that is not full.
  [[nodiscard]] std::uint32_t free_entry() const {
    return static_cast<std::uint32_t>(std::countr_zero(entries_tagged(kFree)));
  }
};
static_assert(sizeof(Bucket) == 64, "a bucket is one cache line");

}  // namespace weir
