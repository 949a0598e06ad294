package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.util.AntPathMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells by its name whether something in an inbox is an image that is wanted; names what is no image once in the log. */
public final class ImageNames {

    private static final Logger LOG = LoggerFactory.getLogger(ImageNames.class);
    private static final int MOST_REMEMBERED = 10_000;
    /** What programs write beside a file or before it has its name; it comes and goes, so it is not named. */
    private static final Set<String> COMPANIONS = Set.of("done", "tmp", "part", "filepart", "crdownload");

    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private Set<String> extensions = new TreeSet<>(parts("jpg,jpeg,jpe,png,bmp,dib,webp,tif,tiff,gif").toList());
    private List<String> include = List.of();
    private List<String> exclude = List.of();

    /** The extensions of images, without dots, separated by commas, in any case. */
    public void setExtensions(String extensions) {
        this.extensions = parts(extensions.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Patterns of which a name must match one, separated by commas; none for all. {@code *} stands for any characters but a slash,
     * {@code **} for any folders, {@code ?} for one character: {@code line-1/**}.
     */
    public void setInclude(String include) {
        this.include = parts(include).toList();
    }

    /** Patterns of which a name must match none, written as for {@link #setInclude}. */
    public void setExclude(String exclude) {
        this.exclude = parts(exclude).toList();
    }

    private static Stream<String> parts(String commaList) {
        return Arrays.stream(commaList.split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    /** @param name relative to the inbox, with {@code /} between folders */
    public boolean accept(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!extensions.contains(extension)) {
            if (!COMPANIONS.contains(extension) && named.size() < MOST_REMEMBERED && named.add(name)) {
                LOG.info("{} is no image by its name and stays in the inbox; images end in {}", Printable.of(name), extensions);
            }
            return false;
        }
        return (include.isEmpty() || matches(include, name)) && !matches(exclude, name);
    }

    private static boolean matches(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> AntPathMatcher.INSTANCE.match(pattern, name));
    }
}
