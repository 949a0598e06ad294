package io.github.camelroboflow.condition;

import io.github.camelroboflow.condition.Match.Relation;
import io.github.camelroboflow.condition.Match.Selection;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Inference.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Describes for each part of a condition the numbers that made it true or false. Used by one test of a condition. */
final class Facts {

    /** The number of findings that a fact names. */
    private static final int MOST_NAMED = 5;

    private final EvaluationContext context;
    private final List<String> lines = new ArrayList<>();

    Facts(EvaluationContext context) {
        this.context = context;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    void add(Expr expr) {
        if (expr instanceof Expr.Or or) {
            or.parts().forEach(this::add);
        } else if (expr instanceof Expr.And and) {
            and.parts().forEach(this::add);
        } else if (expr instanceof Expr.Not not) {
            add(not.negated());
        } else if (expr instanceof Expr.None) {
            lines.add("none: " + (context.isEmpty() ? "nothing was found" : named(IntStream.range(0, context.size()).toArray())));
        } else if (expr instanceof Expr.Found found) {
            lines.add(text(found.match()) + ": " + selected(found.match()));
        } else if (expr instanceof Expr.Count count) {
            lines.add("count(" + text(count.match()) + ") " + count.comparison() + ": " + count.match().in(context).count() + ", "
                    + selected(count.match()));
        } else if (expr instanceof Expr.Coverage coverage) {
            double share = context.coverage(name -> coverage.names().stream().anyMatch(pattern -> pattern.matches(name)));
            lines.add(String.format(Locale.ROOT, "coverage(%s) %s: %.4f", names(coverage.names()), coverage.comparison(), share));
        }
    }

    private static String text(Match match) {
        if (match instanceof Relation relation) {
            return text(relation.left()) + " " + relation.kind().name().toLowerCase(Locale.ROOT) + " " + text(relation.right());
        }
        Selection selection = (Selection) match;
        return names(selection.names()) + (selection.confidence() == null ? "" : " " + selection.confidence());
    }

    private static String names(List<NamePattern> names) {
        return names.stream().map(NamePattern::text).collect(Collectors.joining(" or "));
    }

    private String selected(Match match) {
        int[] selected = match.in(context).toArray();
        if (match instanceof Relation relation) {
            return (selected.length == 0 ? "no such pair" : located(selected)) + ", among " + relation.left().in(context).count()
                    + " " + text(relation.left()) + " and " + relation.right().in(context).count() + " " + text(relation.right());
        }
        Selection selection = (Selection) match;
        if (selected.length > 0 || selection.confidence() == null) {
            return named(selected);
        }
        int[] others = new Selection(selection.names(), null).in(context).toArray();
        return "none" + (others.length == 0 ? "" : ", only " + named(others));
    }

    private String named(int[] findings) {
        return findings.length == 0 ? "none" : list(findings, false);
    }

    private String located(int[] findings) {
        return list(findings, true);
    }

    private String list(int[] findings, boolean places) {
        String named = IntStream.of(findings).limit(MOST_NAMED).mapToObj(i -> describe(context.finding(i), places))
                .collect(Collectors.joining(", "));
        return named + (findings.length > MOST_NAMED ? " and " + (findings.length - MOST_NAMED) + " more" : "");
    }

    private static String describe(Finding finding, boolean place) {
        String text = String.format(Locale.ROOT, "%s %.3f", finding.className(), finding.confidence());
        return place && finding instanceof Detection detection
                ? String.format(Locale.ROOT, "%s at (%.0f, %.0f)", text, detection.x(), detection.y()) : text;
    }
}
