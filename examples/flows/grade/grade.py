from promptflow.core import tool


@tool
def grade(answer: str, truth: str) -> dict:
    return {"is_right": truth.lower() in answer.lower()}
