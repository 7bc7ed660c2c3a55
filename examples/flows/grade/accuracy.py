from typing import List

from promptflow.core import log_metric, tool


@tool
def accuracy(grades: List[dict]) -> float:
    share = sum(grade["is_right"] for grade in grades) / len(grades)
    log_metric("accuracy", share)
    return share
