//! BLAKE2b (RFC 7693) without a key. Ours, as it is short and the crates of it would come into every program that shares this crate.

const INITIAL: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];
const ORDER: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const ROUNDS: usize = 12;
const BLOCK: usize = 128;

pub struct Blake2b {
    state: [u64; 8],
    bytes: u128,
    /// The last block is kept back: it is mixed in another way.
    pending: Vec<u8>,
    length: usize,
}

impl Blake2b {
    /// `length`: bytes of the digest, 1 to 64.
    pub fn new(length: usize) -> Blake2b {
        let mut state = INITIAL;
        state[0] ^= 0x0101_0000 ^ length as u64;
        Blake2b { state, bytes: 0, pending: Vec::with_capacity(BLOCK), length }
    }

    pub fn update(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        if !self.pending.is_empty() {
            let taken = rest.len().min(BLOCK - self.pending.len());
            self.pending.extend_from_slice(&rest[..taken]);
            rest = &rest[taken..];
            if rest.is_empty() {
                return;
            }
            let block = std::mem::take(&mut self.pending);
            self.bytes += BLOCK as u128;
            self.mix(&block, false);
        }
        while rest.len() > BLOCK {
            self.bytes += BLOCK as u128;
            self.mix(&rest[..BLOCK], false);
            rest = &rest[BLOCK..];
        }
        self.pending.extend_from_slice(rest);
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.bytes += self.pending.len() as u128;
        let mut last = std::mem::take(&mut self.pending);
        last.resize(BLOCK, 0);
        self.mix(&last, true);
        let digest: Vec<u8> = self.state.iter().flat_map(|word| word.to_le_bytes()).collect();
        digest[..self.length].to_vec()
    }

    fn mix(&mut self, block: &[u8], is_last: bool) {
        let mut message = [0u64; 16];
        for (word, bytes) in message.iter_mut().zip(block.chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        }
        let mut v = [0u64; 16];
        v[..8].copy_from_slice(&self.state);
        v[8..].copy_from_slice(&INITIAL);
        v[12] ^= self.bytes as u64;
        v[13] ^= (self.bytes >> 64) as u64;
        if is_last {
            v[14] = !v[14];
        }
        for round in 0..ROUNDS {
            let order = &ORDER[round % 10];
            let word = |index: usize| message[order[index]];
            for (index, [a, b, c, d]) in [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]].into_iter().enumerate() {
                quarter(&mut v, a, b, c, d, word(2 * index), word(2 * index + 1));
            }
            for (index, [a, b, c, d]) in [[0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]].into_iter().enumerate() {
                quarter(&mut v, a, b, c, d, word(8 + 2 * index), word(9 + 2 * index));
            }
        }
        for index in 0..8 {
            self.state[index] ^= v[index] ^ v[index + 8];
        }
    }
}

fn quarter(v: &mut [u64; 16], a: usize, b: usize, c: usize, d: usize, x: u64, y: u64) {
    v[a] = v[a].wrapping_add(v[b]).wrapping_add(x);
    v[d] = (v[d] ^ v[a]).rotate_right(32);
    v[c] = v[c].wrapping_add(v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(24);
    v[a] = v[a].wrapping_add(v[b]).wrapping_add(y);
    v[d] = (v[d] ^ v[a]).rotate_right(16);
    v[c] = v[c].wrapping_add(v[d]);
    v[b] = (v[b] ^ v[c]).rotate_right(63);
}
