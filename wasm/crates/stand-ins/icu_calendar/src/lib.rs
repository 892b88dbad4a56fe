//! Dates of the Gregorian calendar. Other calendars belong to locales that do not exist here, so
//! a conversion to them keeps the Gregorian numbers.

use std::marker::PhantomData;

/// Calendars by name.
pub mod cal {
    pub struct Buddhist;
    pub struct Iso;
    pub struct Persian;

    #[derive(Default)]
    pub struct Ethiopian;

    impl Ethiopian {
        pub fn new() -> Self {
            Ethiopian
        }
    }
}

#[derive(Debug)]
pub struct InvalidDate;

pub struct Year(i32);

impl Year {
    pub fn extended_year(&self) -> i32 {
        self.0
    }
}

pub struct Month {
    pub ordinal: u8,
}

pub struct DayOfMonth(pub u8);

pub struct Date<Calendar> {
    year: i32,
    month: u8,
    day: u8,
    calendar: PhantomData<Calendar>,
}

impl Date<cal::Iso> {
    pub fn try_new_iso(year: i32, month: u8, day: u8) -> Result<Self, InvalidDate> {
        Ok(Date { year, month, day, calendar: PhantomData })
    }

    pub fn to_calendar<Other>(&self, _calendar: Other) -> Date<Other> {
        Date { year: self.year, month: self.month, day: self.day, calendar: PhantomData }
    }
}

impl<Calendar> Date<Calendar> {
    pub fn year(&self) -> Year {
        Year(self.year)
    }

    pub fn month(&self) -> Month {
        Month { ordinal: self.month }
    }

    pub fn day_of_month(&self) -> DayOfMonth {
        DayOfMonth(self.day)
    }
}
