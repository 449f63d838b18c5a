//! What a log needs of its storage.

/// Numbered pages that grow at their end.
///
/// # What may be lost
/// After a power cut a page holds everything up to its last successful [`sync`](Self::sync), and of
/// later appends any prefix, possibly with its last bytes wrong.
pub trait Pages {
    /// What can go wrong with the storage.
    type Error;

    /// The first and the last page, or `None` when there is none.
    ///
    /// # Errors
    /// The storage's.
    fn range(&mut self) -> Result<Option<(u32, u32)>, Self::Error>;

    /// How many bytes a page holds; 0 for one that is not there.
    ///
    /// # Errors
    /// The storage's.
    fn length(&mut self, page: u32) -> Result<usize, Self::Error>;

    /// Reads from `offset` on into `buffer`; gives how many bytes there were.
    ///
    /// # Errors
    /// The storage's.
    fn read(&mut self, page: u32, offset: usize, buffer: &mut [u8]) -> Result<usize, Self::Error>;

    /// Makes an empty page.
    ///
    /// # Errors
    /// The storage's.
    fn create(&mut self, page: u32) -> Result<(), Self::Error>;

    /// Adds bytes at a page's end.
    ///
    /// # Errors
    /// The storage's; any prefix may have been written.
    fn append(&mut self, page: u32, bytes: &[u8]) -> Result<(), Self::Error>;

    /// Cuts a page to its first `length` bytes, where the storage can; elsewhere does nothing.
    ///
    /// # Errors
    /// The storage's.
    fn cut(&mut self, page: u32, length: usize) -> Result<(), Self::Error>;

    /// Returns when all appends to a page are durable.
    ///
    /// # Errors
    /// The storage's; then nothing since the last success may be believed.
    fn sync(&mut self, page: u32) -> Result<(), Self::Error>;
}
