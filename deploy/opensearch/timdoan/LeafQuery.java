package timdoan;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;

/** A term or phrase query, scored by {@link ScoringPlugin.ExactLengths} with numbers of its own. */
final class LeafQuery extends Query {
  private final Query matching;
  private final double weight, floor, step;

  LeafQuery(Query matching, double weight, double floor, double step) {
    this.matching = matching;
    this.weight = weight;
    this.floor = floor;
    this.step = step;
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) throws IOException {
    if (!mode.needsScores()) {
      return matching.createWeight(searcher, mode, boost);
    }
    // The similarity of a query is that of its searcher: this one has the numbers of this leaf.
    IndexSearcher own = new IndexSearcher(searcher.getTopReaderContext());
    own.setSimilarity(new ScoringPlugin.ExactLengths(boost * weight, floor, step));
    own.setQueryCache(null);
    return matching.createWeight(own, mode, 1f);
  }

  @Override
  public void visit(QueryVisitor visitor) {
    matching.visit(visitor);
  }

  @Override
  public String toString(String field) {
    return matching.toString(field) + "*" + weight + "/(" + floor + "+" + step + "*length)";
  }

  @Override
  public boolean equals(Object other) {
    return sameClassAs(other) && same((LeafQuery) other);
  }

  private boolean same(LeafQuery other) {
    return matching.equals(other.matching)
        && weight == other.weight
        && floor == other.floor
        && step == other.step;
  }

  @Override
  public int hashCode() {
    return Objects.hash(classHash(), matching, weight, floor, step);
  }
}
