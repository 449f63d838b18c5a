//! The codecs that ours is measured beside, each as its makers would have it for columns of integers.

use std::sync::Arc;

use millwatt::wire::bytes::{unzigzag, zigzag};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::reader::ColumnReader;
use parquet::data_type::Int64Type;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use tsz_compress::prelude::*;

/// A codec of a column.
pub struct Peer {
    /// With its version and settings.
    pub name: &'static str,
    /// The bytes of a column.
    pub encode: fn(&[i64]) -> Vec<u8>,
    /// So many values of bytes.
    pub decode: fn(&[u8], usize) -> Vec<i64>,
}

/// All of them.
pub fn all() -> [Peer; 4] {
    [
        Peer { name: "pco 1.1, level 8", encode: pco_encode, decode: pco_decode },
        Peer { name: "zstd 3 on varint differences", encode: zstd_encode, decode: zstd_decode },
        Peer { name: "tsz-compress 1.1", encode: tsz_encode, decode: tsz_decode },
        Peer { name: "Parquet, delta and zstd 3", encode: parquet_encode, decode: parquet_decode },
    ]
}

fn pco_encode(values: &[i64]) -> Vec<u8> {
    pco::standalone::simple_compress(values, &pco::ChunkConfig::default()).expect("pco writes")
}

fn pco_decode(bytes: &[u8], _: usize) -> Vec<i64> {
    pco::standalone::simple_decompress(bytes).expect("pco reads")
}

fn zstd_encode(values: &[i64]) -> Vec<u8> {
    let (mut plain, mut last) = (Vec::with_capacity(values.len() * 2), 0);
    for value in values {
        let mut rest = zigzag(value - last);
        while rest >= 0x80 {
            plain.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        plain.push(rest as u8);
        last = *value;
    }
    zstd::bulk::compress(&plain, 3).expect("zstd writes")
}

fn zstd_decode(bytes: &[u8], count: usize) -> Vec<i64> {
    let plain = zstd::bulk::decompress(bytes, count * 10).expect("zstd reads");
    let (mut values, mut last, mut rest, mut shift) = (Vec::with_capacity(count), 0, 0_u64, 0);
    for byte in plain {
        rest |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            last += unzigzag(rest);
            values.push(last);
            (rest, shift) = (0, 0);
        }
    }
    values
}

/// tsz takes rows.
#[derive(Copy, Clone, CompressV2, DecompressV2)]
pub struct TszRow {
    /// The value.
    pub value: i64,
}

fn tsz_encode(values: &[i64]) -> Vec<u8> {
    use compress::TszRowCompressorImpl;
    let mut compressor = TszRowCompressorImpl::new(values.len());
    values.iter().for_each(|value| compressor.compress(TszRow { value: *value }));
    compressor.finish()
}

fn tsz_decode(bytes: &[u8], _: usize) -> Vec<i64> {
    use decompress::TszRowDecompressorImpl;
    let mut decompressor = TszRowDecompressorImpl::new();
    decompressor.decompress(bytes).expect("tsz reads");
    decompressor.col_value().to_vec()
}

fn parquet_encode(values: &[i64]) -> Vec<u8> {
    let schema = parse_message_type("message log { required int64 value; }").expect("a schema");
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).expect("a level")))
        .build();
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, Arc::new(schema), Arc::new(properties))
        .expect("opens");
    let mut group = writer.next_row_group().expect("a group");
    let mut column = group.next_column().expect("reads").expect("one column");
    column.typed::<Int64Type>().write_batch(values, None, None).expect("writes");
    column.close().expect("closes");
    group.close().expect("closes");
    writer.close().expect("closes");
    file
}

fn parquet_decode(bytes: &[u8], count: usize) -> Vec<i64> {
    let file = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).expect("a file");
    let group = file.get_row_group(0).expect("a group");
    let mut values = Vec::with_capacity(count);
    if let ColumnReader::Int64ColumnReader(mut column) =
        group.get_column_reader(0).expect("a column")
    {
        column.read_records(count, None, None, &mut values).expect("reads");
    }
    values
}
