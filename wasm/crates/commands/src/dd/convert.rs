//! What `conv=` does to the bytes on their way.

use super::operands::{Code, Letters, Operands, Records};

/// POSIX's table from ASCII to EBCDIC; IBM's differs in a few places.
const EBCDIC: [u8; 256] = [
    0x00, 0x01, 0x02, 0x03, 0x37, 0x2d, 0x2e, 0x2f, 0x16, 0x05, 0x25, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13,
    0x3c, 0x3d, 0x32, 0x26, 0x18, 0x19, 0x3f, 0x27, 0x1c, 0x1d, 0x1e, 0x1f, 0x40, 0x5a, 0x7f, 0x7b, 0x5b, 0x6c, 0x50, 0x7d,
    0x4d, 0x5d, 0x5c, 0x4e, 0x6b, 0x60, 0x4b, 0x61, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0x7a, 0x5e,
    0x4c, 0x7e, 0x6e, 0x6f, 0x7c, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6,
    0xd7, 0xd8, 0xd9, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xad, 0xe0, 0xbd, 0x9a, 0x6d, 0x79, 0x81, 0x82, 0x83,
    0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6,
    0xa7, 0xa8, 0xa9, 0xc0, 0x4f, 0xd0, 0x5f, 0x07, 0x20, 0x21, 0x22, 0x23, 0x24, 0x15, 0x06, 0x17, 0x28, 0x29, 0x2a, 0x2b,
    0x2c, 0x09, 0x0a, 0x1b, 0x30, 0x31, 0x1a, 0x33, 0x34, 0x35, 0x36, 0x08, 0x38, 0x39, 0x3a, 0x3b, 0x04, 0x14, 0x3e, 0xe1,
    0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x62, 0x63,
    0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x80, 0x8a, 0x8b, 0x8c, 0x8d,
    0x8e, 0x8f, 0x90, 0x6a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xaa, 0xab, 0xac, 0x4a, 0xae, 0xaf, 0xb0, 0xb1, 0xb2, 0xb3,
    0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xa1, 0xbe, 0xbf, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf, 0xda, 0xdb,
    0xdc, 0xdd, 0xde, 0xdf, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff,
];
const IBM_DIFFERENCES: [(u8, u8); 4] = [(0x21, 0x5a), (0x5e, 0x5f), (0x7c, 0x4f), (0x7e, 0xa1)];

pub struct Converter {
    table: Option<Box<[u8; 256]>>,
    records: Records,
    record_bytes: usize,
    /// Applied after records are made, else before.
    translates_last: bool,
    swap: bool,
    /// The odd byte that waits for its partner.
    unpaired: Option<u8>,
    /// Bytes in the record being made.
    column: usize,
    /// Blanks that may be at the end of a record.
    blanks: usize,
    output: Vec<u8>,
}

impl Converter {
    pub fn new(operands: &Operands) -> Converter {
        let conversion = operands.conversion;
        let letter = |byte: u8| match conversion.letters {
            Letters::AsTheyAre => byte,
            Letters::Lower => byte.to_ascii_lowercase(),
            Letters::Upper => byte.to_ascii_uppercase(),
        };
        let mut ebcdic = EBCDIC;
        if conversion.code == Code::ToIbm {
            IBM_DIFFERENCES.iter().for_each(|(ascii, ibm)| ebcdic[usize::from(*ascii)] = *ibm);
        }
        let mut table = Box::new([0; 256]);
        for byte in 0..=255u8 {
            match conversion.code {
                Code::AsItIs => table[usize::from(byte)] = letter(byte),
                Code::ToEbcdic | Code::ToIbm => table[usize::from(byte)] = ebcdic[usize::from(letter(byte))],
                Code::FromEbcdic => table[usize::from(ebcdic[usize::from(byte)])] = letter(byte),
            }
        }
        let is_plain = conversion.code == Code::AsItIs && conversion.letters == Letters::AsTheyAre;
        Converter {
            table: (!is_plain).then_some(table),
            records: if operands.conversion_block == 0 { Records::AsTheyAre } else { conversion.records },
            record_bytes: operands.conversion_block,
            translates_last: matches!(conversion.code, Code::ToEbcdic | Code::ToIbm),
            swap: conversion.swap,
            unpaired: None,
            column: 0,
            blanks: 0,
            output: Vec::new(),
        }
    }

    /// Converts a block; the answer is in it, or in the converter.
    pub fn convert<'block>(&'block mut self, block: &'block mut [u8], truncated: &mut u64) -> &'block [u8] {
        if self.swap {
            let mut bytes: Vec<u8> = self.unpaired.take().into_iter().chain(block.iter().copied()).collect();
            if bytes.len() % 2 == 1 {
                self.unpaired = bytes.pop();
            }
            bytes.chunks_exact_mut(2).for_each(|pair| pair.swap(0, 1));
            self.output = bytes;
        } else if self.records == Records::AsTheyAre {
            self.translate(block);
            return block;
        } else {
            self.output = block.to_vec();
        }
        let mut bytes = std::mem::take(&mut self.output);
        if !self.translates_last {
            self.translate(&mut bytes);
        }
        match self.records {
            Records::AsTheyAre => self.output = bytes,
            Records::Block => bytes.iter().for_each(|byte| self.block(*byte, truncated)),
            Records::Unblock => bytes.iter().for_each(|byte| self.unblock(*byte)),
        }
        if self.translates_last {
            let mut output = std::mem::take(&mut self.output);
            self.translate(&mut output);
            self.output = output;
        }
        &self.output
    }

    fn translate(&self, bytes: &mut [u8]) {
        if let Some(table) = &self.table {
            bytes.iter_mut().for_each(|byte| *byte = table[usize::from(*byte)]);
        }
    }

    fn block(&mut self, byte: u8, truncated: &mut u64) {
        if byte == b'\n' {
            self.output.extend(std::iter::repeat_n(b' ', self.record_bytes.saturating_sub(self.column)));
            self.column = 0;
            return;
        }
        if self.column == self.record_bytes {
            *truncated += 1;
        }
        if self.column < self.record_bytes {
            self.output.push(byte);
        }
        self.column += 1;
    }

    fn unblock(&mut self, byte: u8) {
        if self.column == self.record_bytes {
            self.output.push(b'\n');
            (self.column, self.blanks) = (0, 0);
        }
        self.column += 1;
        if byte == b' ' {
            self.blanks += 1;
            return;
        }
        self.output.extend(std::iter::repeat_n(b' ', std::mem::take(&mut self.blanks)));
        self.output.push(byte);
    }

    /// What is left at the end.
    pub fn finish(&mut self) -> Vec<u8> {
        let mut rest: Vec<u8> = self.unpaired.take().into_iter().collect();
        if self.records == Records::Block && self.column > 0 {
            rest.extend(std::iter::repeat_n(b' ', self.record_bytes.saturating_sub(self.column)));
            if self.translates_last {
                self.translate(&mut rest);
            }
        }
        if self.records == Records::Unblock && self.column > 0 {
            rest.push(b'\n');
        }
        rest
    }
}
