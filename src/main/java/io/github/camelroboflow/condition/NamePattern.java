package io.github.camelroboflow.condition;

import java.util.List;

/**
 * A class name as a condition writes it.
 *
 * @param text  the name, without outer spaces
 * @param parts what stands between its wildcards; a single part if it has none
 */
record NamePattern(String text, List<String> parts) {

    private static final String BACKGROUND = "background";

    /** A name in which {@code *} stands for itself. */
    static NamePattern literal(String name) {
        return new NamePattern(name, List.of(name));
    }

    /** A name in which {@code *} stands for any characters. */
    static NamePattern wildcard(String name) {
        return new NamePattern(name, List.of(name.split("\\*", -1)));
    }

    /** The background is no object: it has to be asked for by more than {@code *}. */
    static boolean isBackground(String className) {
        return className.strip().equalsIgnoreCase(BACKGROUND);
    }

    boolean matches(String className) {
        String name = className.strip();
        if (parts.size() == 1) {
            return name.equals(text);
        }
        return parts.stream().allMatch(String::isEmpty) ? !isBackground(name) : matchesParts(name);
    }

    /** Takes each part where it first occurs: no other choice could leave more for those after it. */
    private boolean matchesParts(String name) {
        String first = parts.get(0);
        String last = parts.get(parts.size() - 1);
        int end = name.length() - last.length();
        if (!name.startsWith(first) || !name.endsWith(last) || first.length() > end) {
            return false;
        }
        int position = first.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = name.indexOf(part, position);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            position = found + part.length();
        }
        return true;
    }
}
