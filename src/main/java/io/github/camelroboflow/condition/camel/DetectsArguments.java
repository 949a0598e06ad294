package io.github.camelroboflow.condition.camel;

import java.util.List;
import java.util.regex.Pattern;

/** The arguments of {@code detects} in a text of the Simple language. */
final class DetectsArguments {

    private static final Pattern CALL = Pattern.compile(
            "\\$(?:simple)?\\{\\s*(?:function\\(\\s*['\"]?detects['\"]?\\s*,|detects\\()\\s*"
            + "(?:'(?<single>[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"(?<twofold>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\")\\s*\\)\\s*\\}");

    private DetectsArguments() {
    }

    /** Those that are written out, without those that hold Simple of their own. */
    static List<String> literals(String simple) {
        return CALL.matcher(simple).results()
                .map(call -> call.group(1) != null ? call.group(1) : call.group(2))
                .filter(argument -> !argument.contains("${") && !argument.contains("$simple{"))
                .map(DetectsArguments::unescape).toList();
    }

    /** Simple hands over a quote within quotes with the backslash before it. */
    static String unescape(String argument) {
        return argument.replace("\\'", "'").replace("\\\"", "\"");
    }
}
