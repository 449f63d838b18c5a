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

    /// Makes an empty page, whose name survives a power cut.
    ///
    /// # Errors
    /// The storage's; the page may be there, but its name need not survive: see [`settle`](Self::settle).
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

    /// Makes the name and the content of a page durable that was found at a start: its creation may have failed
    /// half-way.
    ///
    /// # Errors
    /// The storage's.
    fn settle(&mut self, page: u32) -> Result<(), Self::Error>;
}

/// Lent storage is storage, so that it is still there when a recovery fails.
impl<P: Pages> Pages for &mut P {
    type Error = P::Error;

    fn range(&mut self) -> Result<Option<(u32, u32)>, P::Error> {
        P::range(self)
    }

    fn length(&mut self, page: u32) -> Result<usize, P::Error> {
        P::length(self, page)
    }

    fn read(&mut self, page: u32, offset: usize, buffer: &mut [u8]) -> Result<usize, P::Error> {
        P::read(self, page, offset, buffer)
    }

    fn create(&mut self, page: u32) -> Result<(), P::Error> {
        P::create(self, page)
    }

    fn append(&mut self, page: u32, bytes: &[u8]) -> Result<(), P::Error> {
        P::append(self, page, bytes)
    }

    fn cut(&mut self, page: u32, length: usize) -> Result<(), P::Error> {
        P::cut(self, page, length)
    }

    fn sync(&mut self, page: u32) -> Result<(), P::Error> {
        P::sync(self, page)
    }

    fn settle(&mut self, page: u32) -> Result<(), P::Error> {
        P::settle(self, page)
    }
}
