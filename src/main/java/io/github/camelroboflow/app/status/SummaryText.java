package io.github.camelroboflow.app.status;

import io.github.camelroboflow.delivery.source.ImageTally.Counts;
import io.github.camelroboflow.inference.support.MessageText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts of a summary's line. */
final class SummaryText {

    /** The number of classes that a line names. */
    private static final int MOST_NAMED = 8;
    private static final int SECONDS_OF_MINUTE = 60;
    private static final int SECONDS_OF_HOUR = 3600;
    private static final int PERCENT = 100;

    private SummaryText() {
    }

    static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String ended(Counts counts, String during) {
        return number(counts.done()) + (counts.done() == 1 ? " image" : " images") + " done"
                + (counts.failed() == 0 ? "" : ", " + number(counts.failed()) + " failed") + during;
    }

    /** @param rate in images per second */
    static String rate(Counts counts, double rate) {
        return counts.ended() == 0 ? "" : String.format(Locale.ROOT, rate < 10 ? ", %.1f images/s" : ", %,.0f images/s", rate);
    }

    /**
     * Returns the progress with a pile of images.
     *
     * @param ended the number that ended since the pile was there
     */
    static String pile(long ended, long waiting, double rate) {
        long all = ended + waiting;
        return number(waiting) + " of " + number(all) + " waiting (" + ended * PERCENT / all + " % done)"
                + (rate > 0 ? ", about " + time(Math.max(1, Math.round(waiting / rate))) + " left" : "");
    }

    /** Returns the images by class, the most frequent first. */
    static String classes(Counts counts) {
        List<String> words = new ArrayList<>();
        counts.classes().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_NAMED).forEach(each -> words.add(MessageText.printable(each.getKey()) + " " + number(each.getValue())));
        if (counts.classes().size() > MOST_NAMED) {
            words.add("and " + (counts.classes().size() - MOST_NAMED) + " more classes");
        }
        if (counts.empty() > 0) {
            words.add("nothing found " + number(counts.empty()));
        }
        return words.isEmpty() ? "" : "; " + String.join(", ", words);
    }

    /** Returns the images of each watched folder, if there are several. */
    static String watches(Counts counts) {
        List<String> words = new ArrayList<>();
        counts.watches().entrySet().stream().limit(MOST_NAMED)
                .forEach(each -> words.add(each.getKey() + " " + number(each.getValue())));
        if (counts.watches().size() > MOST_NAMED) {
            words.add("and " + (counts.watches().size() - MOST_NAMED) + " more folders");
        }
        return words.isEmpty() ? "" : "; from " + String.join(", ", words);
    }

    /** Returns a number of seconds in one or two units. */
    static String time(long seconds) {
        if (seconds < SECONDS_OF_MINUTE) {
            return seconds + " s";
        }
        if (seconds < SECONDS_OF_HOUR) {
            long rest = seconds % SECONDS_OF_MINUTE;
            return seconds / SECONDS_OF_MINUTE + " min" + (rest == 0 ? "" : " " + rest + " s");
        }
        long rest = seconds % SECONDS_OF_HOUR / SECONDS_OF_MINUTE;
        return seconds / SECONDS_OF_HOUR + " h" + (rest == 0 ? "" : " " + rest + " min");
    }
}
