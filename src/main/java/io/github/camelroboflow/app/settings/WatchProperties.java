package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Declares the pairs of a folder and a model, of which a program can have several. Each of their properties has a name in it. */
final class WatchProperties {

    static final PropertyList ALL = new PropertyList();

    /** The beginning of the properties. */
    static final String PREFIX = "watch.";

    static final Property<Path> INBOX = ALL.folder(PREFIX + Property.ANY + "inbox", "data/line-1", """
            --- Several folders, each with a model of its own, for the route watch-folders: mvn -q -Droutes=watch-folders. A pair \
            has a name of small letters, digits and hyphens, such as line-1. Its images and results are in sub-folders of that \
            name, and conditions may ask for it
            The folder of the pair; by default the folder inbox""");
    static final Property<String> MODEL = ALL.text(PREFIX + Property.ANY + "model", "parts-detect/1",
            "Its model, and the confidence of that; by default those of all models");
    static final Property<Double> CONFIDENCE = ALL.fraction(PREFIX + Property.ANY + "confidence", "0.4", "");
    static final Property<Path> WORK = ALL.folder(PREFIX + Property.ANY + "work", "data/work/line-1", """
            Its other folders, on the file system of its inbox; by default the sub-folders of its name in work, done and failed""");
    static final Property<Path> DONE = ALL.folder(PREFIX + Property.ANY + "done", "data/done/line-1", "");
    static final Property<Path> FAILED = ALL.folder(PREFIX + Property.ANY + "failed", "data/failed/line-1", "");

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern PARTS = Pattern.compile("watch\\.(.*)\\.([^.]*)", Pattern.DOTALL);

    private WatchProperties() {
    }

    /**
     * Checks the name of a property that begins with {@value #PREFIX}.
     *
     * @throws IllegalArgumentException if it has no effect
     */
    static void check(String name) {
        Matcher parts = PARTS.matcher(name);
        String shown = MessageText.printable(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("there is no property " + shown + ": write " + PREFIX + "<name>.inbox and " + PREFIX
                    + "<name>.model, such as " + PREFIX + "line-1.inbox");
        }
        if (!NAME.matcher(parts.group(1)).matches()) {
            throw new IllegalArgumentException(shown + ": '" + MessageText.printable(parts.group(1)) + "' can be no name of a"
                    + " watched folder, which has up to 40 small letters, digits and hyphens, such as line-1");
        }
        List<String> known = ALL.properties().stream().map(property -> property.of(parts.group(1)).name()).toList();
        if (!known.contains(name)) {
            throw new IllegalArgumentException("there is no property " + shown
                    + MessageText.Spelling.closest(name, known).map(meant -> ": did you mean " + meant + "?")
                            .orElse(": a watched folder has " + known.stream()
                                    .map(each -> each.substring(each.lastIndexOf('.') + 1)).collect(Collectors.joining(", "))));
        }
    }

    /** Returns the names of the pairs that properties belong to, sorted. */
    static Collection<String> names(Collection<String> properties) {
        return properties.stream().map(PARTS::matcher).filter(Matcher::matches).map(parts -> parts.group(1))
                .filter(name -> NAME.matcher(name).matches()).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the properties of a pair. */
    static List<Property<?>> of(String watch) {
        return ALL.properties().stream().<Property<?>>map(property -> property.of(watch)).toList();
    }

    /** @param names the names of all properties that are set */
    static List<Watch> watches(PropertyValues values, Collection<String> names) {
        InboxSettings only = FolderProperties.inbox(values);
        return names(names).stream().map(name -> watch(values, only, name)).toList();
    }

    private static Watch watch(PropertyValues values, InboxSettings only, String name) {
        Function<Path, Path> below = folder -> folder.resolve(name);
        InboxSettings folders = new InboxSettings(own(values, INBOX, name).orElse(only.inbox()),
                own(values, WORK, name).orElseGet(() -> below.apply(only.work())),
                own(values, DONE, name).orElseGet(() -> below.apply(only.done())),
                own(values, FAILED, name).orElseGet(() -> below.apply(only.failed())),
                only.doneFileName(), only.unchangedFor(), only.maxAttempts(), only.durability());
        return new Watch(name, folders, own(values, MODEL, name).orElseGet(() -> values.get(ModelProperties.MODEL)),
                own(values, CONFIDENCE, name));
    }

    /** Returns the value that a pair has for itself; empty if its property is not set, or has no text. */
    private static <T> Optional<T> own(PropertyValues values, Property<T> property, String watch) {
        return values.text().apply(property.of(watch).name()).filter(text -> !text.isBlank())
                .map(text -> property.of(watch).parse(text));
    }
}
