//! The words of the trust seal.

crate::words! {
    pub(super) enum Word {
        Sound: "Đã kiểm chứng: {} số đọc đến {} đúng như thiết bị đã ký", "Verified: {} readings up to {} are as the device signed them";
        SoundNothing: "Chữ ký đúng, nhưng chưa có số đọc nào nằm dưới một điểm ký", "The signatures are right, but no reading stands under a checkpoint yet";
        Broken: "{} chỗ không khớp với chữ ký; {} số đọc khác vẫn được chứng minh", "{} places are not what was signed; {} other readings are still proved";
        Unsigned: "Dữ liệu không có chữ ký: không chứng minh được rằng nó chưa bị sửa", "This data has no signature: nothing proves that it was not changed";
        SealTitle: "{} thiết bị ký {} số đọc ở {} điểm ký; {} số đọc cuối chưa được ký", "Devices that signed: {}; {} readings at {} checkpoints; the last {} readings are not signed yet";
        SealAid: "Xanh: số đọc được chữ ký chứng minh. Cam đỏ: không khớp chữ ký. Nền xám: chưa được ký.", "Green: readings that a signature proves. Vermilion: not what was signed. Grey: not signed yet.";
        SealLabel: "Quãng thời gian được ký, theo thiết bị", "What is signed along time, by device";
        Measured: "Trong kỳ đang xem công tơ tổng đo được {} thời gian; {} thời gian chỉ biết tổng, chia theo giờ là ước tính.", "In the period shown the main meter measured {} of the time; over {} of it the sum is known and its split estimated.";
        MeasuredWhole: "Trong kỳ đang xem công tơ tổng đo được {} thời gian; không có phần ước tính.", "In the period shown the main meter measured {} of the time; nothing is estimated.";
        NotMeasured: "Kỳ đang xem không có số đọc công tơ tổng, nên chưa biết độ phủ.", "The period shown has no reading of the main meter, so that its coverage is unknown.";
        From: "{} đến {}", "{} to {}";
        Device: "Thiết bị", "Device";
        Fingerprint: "Dấu vân tay khóa", "Key fingerprint";
        Readings: "Số đọc được chứng minh", "Readings proved";
        Checkpoints: "Điểm ký", "Checkpoints";
        Span: "Từ, đến", "From, to";
        Replaced: "Số lần thay khóa", "Keys replaced";
        Deleted: "Quãng đã xóa", "Spans deleted";
        NotSigned: "chưa được ký", "not signed yet";
        NoKey: "không khóa", "no key";
        SealMethod: "Trang tính lại băm SHA-256 của từng quãng số đọc, dựng cây Merkle (RFC 6962) và so gốc cây với từng điểm ký (C2SP tlog-checkpoint, chữ ký Ed25519). Quãng đã xóa theo thời hạn lưu chỉ còn dấu băm. Làm lại độc lập: millwatt verify --report TỆP.", "The page hashes every span of readings anew (SHA-256), builds the Merkle tree (RFC 6962) and compares its root with each checkpoint (C2SP tlog-checkpoint, Ed25519). Of spans deleted by age only their hashes are left. To check independently: millwatt verify --report FILE.";
        Tail: "Chưa ký: {} số đọc, {} đến {}. Điểm ký kế tiếp của thiết bị sẽ nhận chúng.", "Not signed yet: {} readings, {} to {}. The device's next checkpoint takes them in.";
        DeletedSpans: "{} quãng cũ đã xóa theo thời hạn lưu: số đọc không còn, dấu băm vẫn nằm trong cây.", "{} old spans were deleted by age: their readings are gone, their hashes stay in the tree.";
        SomeUnsigned: "{} thiết bị trong tệp không có chữ ký nào: số đọc của chúng không được chứng minh.", "{} devices of this file have no signature: their readings are not proved.";
        Length: "Đã kiểm {} byte dữ liệu, dài {} ngày.", "Checked: {} bytes of data over {} days.";

        BrokenTitle: "Chỗ đầu tiên: {}", "The first: {}";
        BrokenAid: "Những gì nêu ở đây không được chứng minh; phần còn lại vẫn được chứng minh. Xin lại tệp gốc, hoặc so với điểm ký giữ ở nơi khác.", "What is named here is not proved, all else is. Ask for the original file, or compare with a checkpoint kept elsewhere.";
        BrokenWhere: "Byte {} của tệp, khung {}.{}, thiết bị {}", "Byte {} of the file, frame {}.{}, device {}";
        BrokenTouches: "Ảnh hưởng {} số đọc, từ {} đến {}", "It touches {} readings, from {} to {}";
        BrokenTouchesNone: "Không rõ ảnh hưởng số đọc nào", "Which readings it touches cannot be told";
        BrokenRest: "Vẫn được chứng minh: {} số đọc ở {} điểm ký.", "Still proved: {} readings at {} checkpoints.";
        BrokenMore: "Bảng nêu {} chỗ đầu tiên trong {}.", "The table names the first {} of {} places.";
        BrokenMethod: "Mỗi khung dữ liệu có tổng kiểm CRC-32C; mỗi quãng số đọc có dấu băm nằm trong cây đã ký. Chỗ hỏng được khoanh giữa hai điểm ký gần nhất, nên số đọc bị ảnh hưởng có thể nhiều hơn số đọc bị sửa.", "Every frame has a CRC-32C checksum and every span of readings a hash in the signed tree. A fault is narrowed down to what stands between two checkpoints, so that more readings are touched than were changed.";
        Fault: "Lỗi", "Fault";
        Place: "Byte", "Byte";
        Touched: "Số đọc bị ảnh hưởng", "Readings touched";
        Changed: "số đọc hoặc ghi nhận đã bị sửa, thêm, bớt hoặc dời", "readings or reports were changed, put in, taken away or moved";
        Missing: "thiếu {} quãng số đọc", "{} spans of readings are missing";
        Repeated: "nhật ký quay lại một trạng thái cũ", "the log goes back to an earlier state";
        Disordered: "khung bị dời chỗ hoặc phát lại: số thứ tự không tăng", "a frame was moved or played again: its number does not rise";
        Forged: "điểm ký hoặc giấy thiết bị có chữ ký sai", "a checkpoint or a device's note has a wrong signature";
        OtherDevice: "của thiết bị khác, hoặc ký bằng khóa không ai bảo đảm", "another device's, or signed by a key that nobody vouched for";
        FalseSummary: "cột ghi sai giá trị nhỏ nhất, lớn nhất hoặc tổng", "a column states a false least, largest or sum";
        Damaged: "{} byte hỏng, không thành khung nào", "{} bytes are damaged and hold no frame";
        Contradicted: "trái với một điểm ký giữ ở nơi khác", "it contradicts a checkpoint kept elsewhere";
        CutShort: "nhật ký kết thúc trước điểm ký đã giữ {} quãng", "the log ends {} spans before a kept checkpoint";

        LimitsTitle: "Chữ ký không nói công tơ đo đúng; bản này có {} chỗ nhập không chữ ký", "Signatures do not say that a meter is right; this copy holds {} unsigned entries";
        LimitsTitleClean: "Chữ ký không nói công tơ đo đúng hay đồng hồ chạy đúng", "Signatures do not say that meters or clocks are right";
        LimitsAid: "Mỗi dòng: điều chưa được chứng minh, và cách kiểm.", "Each line: what is not proved, and how to check it.";
        LimitMeters: "Công tơ không ký số đọc của mình: chữ ký bắt đầu từ thiết bị thu thập. Đối chiếu hóa đơn điện và tem kiểm định.", "Meters do not sign their readings: signatures begin at the collecting device. Compare with the bill and with the calibration seals.";
        LimitClock: "Đồng hồ của thiết bị có thể sai: xem mục đồng hồ ở chương chất lượng dữ liệu.", "A device's clock may be wrong: see its section in the chapter on data quality.";
        LimitKey: "Trang này tin khóa nằm trong tệp. So dấu vân tay ở trên với dấu in bởi lệnh millwatt key trên thiết bị.", "This page believes the key inside the file. Compare the fingerprint above with what `millwatt key` prints on the device.";
        LimitEnd: "Ai giữ khóa có thể ký lại lịch sử hoặc cắt phần cuối. Giữ điểm ký ở nơi khác và kiểm bằng millwatt verify --checkpoint.", "Who holds the key can sign another history, or cut off the end. Keep checkpoints elsewhere and check with millwatt verify --checkpoint.";
        LimitPeople: "Điều người nhập khai (sản lượng, củi, lý do dừng) được ký đúng như đã nhập, không phải đúng sự thật.", "What people report (output, fuel, reasons of stops) is signed as it was entered, not as true.";
        LimitEdits: "{} chỗ nhập hoặc sửa trong bản lưu này không có chữ ký: đó là ý kiến của người lưu, không phải số liệu của thiết bị.", "{} entries or edits in this copy are not signed: they are its keeper's word, not the device's data.";
        LimitNoEdits: "Bản này chưa có chỗ nào nhập thêm hoặc sửa.", "Nothing was entered or edited in this copy.";
        Digest: "SHA-256 của dữ liệu: {}", "SHA-256 of the data: {}";
        NoSignature: "Nhật ký này không có khóa thiết bị, nên không có gì để kiểm. Nhật ký do millwatt run ghi thì mỗi quãng 15 phút được ký; số liệu nhập từ nguồn khác chỉ được ký từ lúc nhập.", "This log has no device key, so that there is nothing to check. Logs that millwatt run writes are signed a quarter of an hour at a time; data from elsewhere is signed from its import on.";
    }
}
