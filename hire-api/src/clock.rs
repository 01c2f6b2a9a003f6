//! The time of day, for dates of other machines and for data that outlives the process. Nothing else may depend on
//! it, because it can be set back.

use std::time::{Duration, SystemTime};

use crate::wire::value::{Millis, Seconds};

/// Since 1970.
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

macro_rules! standard {
    ($name:ident, $of:path, $nanos:literal, $span:literal) => {
        impl $name {
            /// The time as a type of the standard library; `None` if it is not a number or out of range.
            pub fn system_time(&self) -> Option<SystemTime> {
                let number = self.get()?;
                let length = $of(number.unsigned_abs());
                if number < 0 {
                    SystemTime::UNIX_EPOCH.checked_sub(length)
                } else {
                    SystemTime::UNIX_EPOCH.checked_add(length)
                }
            }
        }

        /// A fraction is rounded towards the past.
        #[doc = concat!("Times more than ", $span, " years from 1970 become the last one that 64 bits hold.")]
        impl From<SystemTime> for $name {
            fn from(time: SystemTime) -> Self {
                Self::from(whole(time, $nanos))
            }
        }
    };
}

standard!(Millis, Duration::from_millis, 1_000_000, "292 million");
standard!(Seconds, Duration::from_secs, 1_000_000_000, "292 billion");

/// How many units of this many nanoseconds have passed since 1970.
fn whole(time: SystemTime, nanos: u128) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos() / nanos).unwrap_or(i64::MAX),
        Err(before) => {
            let units = before.duration().as_nanos().div_ceil(nanos);
            i64::try_from(units).map_or(i64::MIN, |units| -units)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_turn_into_those_of_the_standard_library_and_back() {
        for number in [0, 1, -1, 1_676_548_784_889, -86_400_000] {
            assert_eq!(Millis::from(Millis::from(number).system_time().unwrap()).get(), Some(number));
            assert_eq!(Seconds::from(Seconds::from(number).system_time().unwrap()).get(), Some(number));
        }
        let (start, half) = (SystemTime::UNIX_EPOCH, Duration::from_micros(1_500));
        assert_eq!(Millis::from(start + Duration::from_secs(1)).get(), Some(1_000));
        assert_eq!(Seconds::from(start + Duration::from_secs(1)).get(), Some(1));
        assert_eq!((Millis::from(start + half).get(), Millis::from(start - half).get()), (Some(1), Some(-2)));
        assert_eq!(Millis::from("-").system_time(), None);
        assert_eq!(
            Seconds::from(i64::MAX).system_time(),
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(i64::MAX.unsigned_abs()))
        );
    }
}
