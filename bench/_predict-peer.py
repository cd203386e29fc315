"""Trains one peer on the splits of a folder: `_predict-peer.py FOLDER sklearn|xgboost`. Prints costs as JSON; scores go to files."""
import json, sys, time
from pathlib import Path
import numpy as np

folder, peer = Path(sys.argv[1]), sys.argv[2]
meta = json.loads((folder / "meta.json").read_text())
options, kinds = meta["options"], meta["categorical"]


def load(name):
    rows = np.fromfile(folder / f"{name}.f64").reshape(-1, len(kinds))
    return rows, np.fromfile(folder / f"{name}.u8", dtype=np.uint8)


def sklearn(train, labels, test):
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=options["trees"], learning_rate=options["learningRate"], max_leaf_nodes=options["maxLeaves"], max_depth=options["maxDepth"],
        l2_regularization=options["lambda"], categorical_features=np.array(kinds) if any(kinds) else None, early_stopping=False, random_state=1)
    cost = measured(lambda: model.fit(train, labels))
    return cost, model.predict_proba(test)[:, 1]


def xgboost(train, labels, test):
    import xgboost as xgb

    types = ["c" if kind else "q" for kind in kinds]
    parameters = dict(
        objective="binary:logistic", tree_method="hist", eta=options["learningRate"], max_leaves=options["maxLeaves"], max_depth=options["maxDepth"],
        grow_policy="lossguide", nthread=2, min_child_weight=options["minChildWeight"], seed=1)
    parameters["lambda"] = options["lambda"]
    trained = []

    def fit():
        data = xgb.DMatrix(train, labels, feature_types=types, enable_categorical=True)
        trained.append(xgb.train(parameters, data, options["trees"]))

    cost = measured(fit)
    model, rows = trained[0], xgb.DMatrix(test, feature_types=types, enable_categorical=True)
    if meta["explain"] > 0:
        some = xgb.DMatrix(test[: meta["explain"]], feature_types=types, enable_categorical=True)
        cost["explain"] = measured(lambda: model.predict(some, pred_contribs=True))
    return cost, model.predict(rows)


def measured(work):
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {"wall": 1000 * (time.perf_counter() - wall), "cpu": 1000 * (time.process_time() - cpu)}


costs = []
for split in range(meta["splits"]):
    cost, scores = {"sklearn": sklearn, "xgboost": xgboost}[peer](*load(f"train{split}"), load(f"test{split}")[0])
    costs.append(cost)
    np.asarray(scores, dtype=np.float64).tofile(folder / f"{peer}{split}.f64")
print(json.dumps(costs))
