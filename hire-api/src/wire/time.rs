//! Times as types of `jiff` and `chrono`. Those of the standard library are in `clock`.

/// Conversions of `Millis` and `Seconds` to and from the times of jiff.
#[cfg(feature = "jiff")]
mod with_jiff {
    use jiff::{Timestamp, Zoned};

    use crate::wire::value::{Millis, Seconds};

    macro_rules! jiff {
        ($name:ident, $from:ident, $nanos:literal) => {
            impl $name {
                /// The time as a type of jiff; `None` if it is not a number or out of range.
                pub fn timestamp(&self) -> Option<Timestamp> {
                    Timestamp::$from(self.get()?).ok()
                }
            }

            /// A fraction is rounded towards the past.
            impl From<Timestamp> for $name {
                fn from(time: Timestamp) -> Self {
                    // The years of the type are few enough for 64 bits.
                    let number = i64::try_from(time.as_nanosecond().div_euclid($nanos));
                    Self::from(number.unwrap_or(i64::MAX))
                }
            }

            /// A fraction is rounded towards the past.
            impl From<&Zoned> for $name {
                fn from(time: &Zoned) -> Self {
                    Self::from(time.timestamp())
                }
            }
        };
    }

    jiff!(Millis, from_millisecond, 1_000_000);
    jiff!(Seconds, from_second, 1_000_000_000);
}

/// Conversions of `Millis` and `Seconds` to and from the times of chrono.
#[cfg(feature = "chrono")]
mod with_chrono {
    use chrono::{DateTime, TimeZone, Utc};

    use crate::wire::value::{Millis, Seconds};

    macro_rules! chrono {
        ($name:ident, $from:path, $in:ident) => {
            impl $name {
                /// The time as a type of chrono; `None` if it is not a number or out of range.
                pub fn date_time(&self) -> Option<DateTime<Utc>> {
                    $from(self.get()?)
                }
            }

            /// A fraction is rounded towards the past.
            impl<Tz: TimeZone> From<DateTime<Tz>> for $name {
                fn from(time: DateTime<Tz>) -> Self {
                    Self::from(time.$in())
                }
            }
        };
    }

    chrono!(Millis, DateTime::from_timestamp_millis, timestamp_millis);
    chrono!(Seconds, DateTime::from_timestamp_secs, timestamp);
}

#[cfg(all(test, feature = "chrono", feature = "jiff"))]
mod tests {
    use proptest::prelude::*;

    use crate::wire::value::{Millis, Seconds};

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn times_are_rounded_towards_the_past_and_come_back(nanos in -9_000_000_000_000_000_000_i64..9_000_000_000_000_000_000) {
            let jiff = jiff::Timestamp::from_nanosecond(nanos.into()).unwrap();
            let chrono = chrono::DateTime::from_timestamp_nanos(nanos);
            let east = chrono.with_timezone(&chrono::FixedOffset::east_opt(8 * 3600).unwrap());
            let zoned = jiff.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)));
            for millis in [Millis::from(jiff), Millis::from(&zoned), Millis::from(chrono), Millis::from(east)] {
                prop_assert_eq!(millis.get(), Some(nanos.div_euclid(1_000_000)));
                prop_assert_eq!(Millis::from(millis.timestamp().unwrap()), millis.clone());
                prop_assert_eq!(Millis::from(millis.date_time().unwrap()), millis);
            }
            for seconds in [Seconds::from(jiff), Seconds::from(&zoned), Seconds::from(chrono), Seconds::from(east)] {
                prop_assert_eq!(seconds.get(), Some(nanos.div_euclid(1_000_000_000)));
                prop_assert_eq!(Seconds::from(seconds.timestamp().unwrap()), seconds.clone());
                prop_assert_eq!(Seconds::from(seconds.date_time().unwrap()), seconds);
            }
        }
    }

    #[test]
    fn what_is_no_time_or_beyond_all_times_is_none() {
        for text in ["-", "", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!((Millis::from(text).timestamp(), Seconds::from(text).timestamp()), (None, None));
            assert_eq!((Millis::from(text).date_time(), Seconds::from(text).date_time()), (None, None));
        }
    }
}
